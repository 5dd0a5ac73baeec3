//! The law in the packs: the names of the official list, the cases of the audit that once came out wrong, and what rules with a sunset, a
//! profile or a kind of their own do.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

mod common;

use common::NoFiles;
use interdict::finding::Status;
use interdict::inventory::Kind;
use interdict::policy::{self, ExampleSubject, Files, InForce, PACKS, Policy};
use interdict::source::Source;
use interdict::trial;
use jiff::civil::Date;

/// One policy in memory.
struct One(String);

impl Files for One {
    fn open(&self, _path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
        Ok((Source::from_text("one.toml", self.0.as_str()), "one".to_owned()))
    }
}

fn pack(name: &str) -> Policy {
    policy::load(&[name.to_owned()], &NoFiles).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"))
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn status(policy: &Policy, subject: &ExampleSubject, on: &str, profile: &str) -> &'static str {
    let profiles: Vec<String> = Some(profile.to_owned()).into_iter().filter(|profile| !profile.is_empty()).collect();
    let in_force = InForce::new(policy, day(on), &profiles);
    trial::findings(&in_force, subject).iter().map(|finding| finding.status).max().map_or("clear", Status::as_str)
}

fn supplied(supplier: &str) -> ExampleSubject {
    ExampleSubject { name: Some("x".to_owned()), supplier: Some(supplier.to_owned()), ..ExampleSubject::default() }
}

fn named(name: &str, supplier: &str, kind: Kind) -> ExampleSubject {
    ExampleSubject { name: Some(name.to_owned()), kind: Some(kind), ..supplied(supplier) }
}

fn package(purl: &str) -> ExampleSubject {
    let name = purl.rsplit('/').next().unwrap().split('@').next().unwrap();
    ExampleSubject { name: Some(name.to_owned()), purl: Some(purl.to_owned()), ..ExampleSubject::default() }
}

/// Every name of the official list is prohibited once section 805(a)(1)(B) is in force. The short names that the notice gives are at least
/// reviewed: some of them are other organizations' names, too.
#[test]
fn every_name_of_the_1260h_list_is_known() {
    let own = include_str!("law/1260h-2026-06-08.tsv");
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/law/1260h-2026-06-08.tsv");
    match std::fs::read_to_string(shared) {
        Ok(shared) => assert_eq!(own, shared, "the copy beside the tests is the list"),
        Err(_) => println!("SKIPPED: no second copy of the list to compare with"),
    }
    let rows: Vec<Vec<&str>> = own.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    // The notice counts 80 companies; a list that lost rows must not pass.
    assert_eq!((rows.iter().filter(|row| row[2].is_empty()).count(), rows.len()), (80, 188));
    let policy = pack("us-ndaa-1260h-805");
    let mut wrong = Vec::new();
    for row in &rows {
        for (on, expected) in [("2027-06-30", "prohibited"), ("2026-06-30", "note"), ("2026-06-29", "clear")] {
            let found = status(&policy, &supplied(row[0]), on, "dod");
            if found != expected {
                wrong.push(format!("{} on {on}: {found}, not {expected}", row[0]));
            }
        }
        if !row[1].is_empty() && status(&policy, &supplied(row[1]), "2027-06-30", "") == "clear" {
            wrong.push(format!("{} ({}) is clear", row[1], row[0]));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A name that contains a listed company's is never clear because what is known of it is an affiliation.
#[test]
fn a_better_known_name_is_not_weaker_than_an_unknown_one() {
    let policy = pack("us-ndaa-1260h-805");
    for entity in &policy.entities {
        for listed in ["Huawei", "Hikvision", "Dahua", "China Unicom", "China Telecom", "China Mobile", "Alibaba", "Tencent", "CETC"] {
            if entity.name.starts_with(listed) {
                assert_ne!(status(&policy, &supplied(&entity.name), "2027-07-01", "dod"), "clear", "{}", entity.name);
            }
        }
    }
    for (name, expected) in [
        ("Huawei Device Co., Ltd.", "review"),
        ("Huawei Cloud Computing Technology Co., Ltd.", "review"),
        ("Huawei Cloud Computing Technologies Co., Ltd.", "prohibited"),
        ("CETHIK Group", "prohibited"),
    ] {
        assert_eq!(status(&policy, &supplied(name), "2027-07-01", "dod"), expected, "{name}");
    }
}

/// The cases that the audit of the packs found wrong, with the right verdicts.
#[test]
fn the_cases_of_the_audit() {
    const TODAY: &str = "2026-11-27";
    let file = |name: &str| ExampleSubject { name: Some(name.to_owned()), file: Some(name.to_owned()), ..ExampleSubject::default() };
    let kaspersky = |name: &str| named(name, "AO Kaspersky Lab", Kind::Application);
    let table: Vec<(&str, &str, &str, ExampleSubject, &str)> = vec![
        ("us-ndaa-1260h-805", "2027-07-01", "", supplied("China Unicom"), "prohibited"),
        ("us-ndaa-1260h-805", "2027-07-01", "", package("pkg:pypi/chinaunicom@1.0"), "prohibited"),
        ("us-ndaa-1260h-805", "2027-07-01", "", supplied("China Electronics Corporation"), "prohibited"),
        ("us-ndaa-1260h-805", "2027-07-01", "", supplied("Aisino Corporation"), "prohibited"),
        ("us-ndaa-1260h-805", "2027-07-01", "", supplied("BGI Genomics Co., Ltd."), "prohibited"),
        ("us-ndaa-fy26-1532", "2025-12-20", "dod", supplied("DeepSeek"), "clear"),
        ("us-ndaa-fy26-1532", "2026-01-17", "dod", supplied("DeepSeek"), "prohibited"),
        ("us-ndaa-fy26-1532", TODAY, "dod", package("pkg:npm/%40deepseek-ai/dsh@1"), "prohibited"),
        ("us-ndaa-fy26-1532", TODAY, "dod", package("pkg:pypi/smallpond@1"), "review"),
        ("us-dhs-deepseek-2026", TODAY, "civilian", supplied("DeepSeek"), "review"),
        ("us-bis-icts-2021-002", TODAY, "", package("pkg:deb/debian/kesl@12.2"), "prohibited"),
        ("us-bis-icts-2021-002", TODAY, "", kaspersky("Endpoint Security for Linux"), "prohibited"),
        ("us-bis-icts-2021-002", TODAY, "", kaspersky("Anti-Virus Engine"), "prohibited"),
        ("us-bis-icts-2021-002", TODAY, "", file("klif.sys"), "prohibited"),
        ("us-bis-icts-2021-002", TODAY, "", kaspersky("Kaspersky CyberTrace"), "review"),
        ("us-bis-icts-2021-002", TODAY, "", kaspersky("Kaspersky Automated Security Awareness Platform"), "review"),
        ("us-dhs-bod-17-01", TODAY, "civilian", kaspersky("Endpoint Security for Linux"), "prohibited"),
        ("us-dhs-bod-17-01", TODAY, "civilian", kaspersky("Kaspersky Threat Data Feeds"), "review"),
        ("us-fcc-covered-list", TODAY, "", package("pkg:maven/com.dji/dji-sdk@4"), "review"),
        ("us-fcc-covered-list", TODAY, "", named("storage", "Tianyi Cloud", Kind::Service), "review"),
        ("us-fcc-covered-list", TODAY, "", package("pkg:github/kasperskylab/Kaspresso@1"), "review"),
        ("us-fcc-covered-list", TODAY, "", package("pkg:maven/com.kaspersky.android-components/kaspresso@1"), "review"),
        ("us-fascsa-acronis", TODAY, "dod", supplied("Acronis AG"), "review"),
        ("us-fascsa-acronis", TODAY, "civilian", supplied("Acronis AG"), "review"),
        ("us-fascsa-acronis", TODAY, "sci", supplied("Acronis AG"), "prohibited"),
        ("us-fascsa-acronis", TODAY, "intelligence", supplied("Acronis AG"), "prohibited"),
        ("us-ndaa-889", TODAY, "", named("HikOS", "Hikvision", Kind::OperatingSystem), "review"),
        ("us-ndaa-889", TODAY, "", named("fw.bin", "Dahua Technology", Kind::File), "review"),
        ("us-ndaa-889", TODAY, "", file("HCNetSDK.dll"), "review"),
        ("us-ndaa-889", TODAY, "", package("pkg:pypi/huaweicloudsdkcore@3"), "note"),
        ("us-ndaa-889", TODAY, "", named("radio", "Teltronic S.A.U.", Kind::Device), "review"),
        ("de-bsi-2022", TODAY, "", supplied("Kaspersky Labs Limited"), "review"),
        ("uk-ncsc-2017", TODAY, "", supplied("Doctor Web"), "review"),
        ("us-asda-52-240-1", "2028-12-22", "", named("drone", "DJI", Kind::Device), "review"),
        ("us-asda-52-240-1", "2028-12-23", "", named("drone", "DJI", Kind::Device), "clear"),
        ("us-ndaa-5949", "2027-12-23", "", named("foundry", "SMIC", Kind::Service), "review"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(name, on, profile, subject, expected)| {
            let found = status(&pack(name), subject, on, profile);
            (found != *expected).then(|| format!("{name} {on} {profile} {subject:?}: {found}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What nobody here read only asks for review: a pack whose source says so never prohibits.
#[test]
fn a_text_that_was_not_read_never_prohibits() {
    let mut unread = 0;
    for known in &PACKS {
        let policy = pack(known.name);
        let part = policy.parts.last().unwrap();
        let source = part.text_source.as_deref().unwrap_or_default();
        if ["not read", "from memory"].iter().any(|word| source.contains(word)) && known.name != "us-ndaa-fy26-1532" {
            unread += 1;
            for rule in policy.rules.iter().filter(|rule| rule.policy == part.id) {
                assert_ne!(rule.effect, policy::Effect::Prohibited, "{}", rule.full_id());
            }
        }
    }
    assert!(unread >= 9, "{unread}");
}

/// Each clause has its own addressee, trigger and clock, and each report says on what it depends.
#[test]
fn reports_follow_their_clauses() {
    let table = [
        ("us-ndaa-1634", "3 business days", "in writing", ""),
        ("us-ndaa-889", "1 business day", "unless the contract has other procedures", "substantial or essential component"),
        ("us-fascsa-acronis", "3 business days", "the contracting office", "provided to the Government or used"),
        ("us-far-52-240-91", "72 hours", "one written report", "prohibited product or service"),
    ];
    for (name, within, to, trigger) in table {
        let policy = pack(name);
        let clocks: Vec<_> = policy.rules.iter().filter_map(|rule| rule.clock(day("2026-11-27"))).collect();
        assert!(!clocks.is_empty(), "{name}");
        for clock in clocks {
            assert_eq!(clock.within, within, "{name}");
            assert!(clock.to.as_deref().unwrap_or_default().contains(to), "{name}");
            assert!(clock.trigger.as_deref().unwrap_or_default().contains(trigger), "{name}");
            assert!(clock.depends.is_some(), "{name}: the clause in the contract decides");
            if let Some(then) = &clock.then {
                assert!(then.contains("of submitting"), "{name}: the second clock runs from the first report");
            }
            if name != "us-ndaa-1634" {
                assert!(!clock.to.as_deref().unwrap_or_default().contains("in writing"), "{name}");
            }
        }
    }
}

const HOUSE: &str =
    "schema = 1\n[policy]\nid = \"house\"\napplies = [\"dod\"]\n[[entity]]\nid = \"acme\"\nname = \"Acme Widgets\"\nsource = \"s\"\n";

fn house(rules: &str) -> Policy {
    policy::load(&["one.toml".to_owned()], &One(format!("{HOUSE}{rules}"))).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[test]
fn a_rule_ends_on_its_sunset_and_a_run_says_so() {
    let policy = house("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\neffective = 2025-01-01\nuntil = 2026-01-01\n");
    let acme = supplied("Acme Widgets");
    for (on, expected) in [("2024-12-31", "clear"), ("2025-01-01", "prohibited"), ("2025-12-31", "prohibited"), ("2026-01-01", "clear")] {
        assert_eq!(status(&policy, &acme, on, ""), expected, "{on}");
    }
    let after = InForce::new(&policy, day("2026-01-01"), &[]);
    assert!(!after.says_something());
    assert!(after.applied()[0].as_deref().unwrap().contains("expired on 2026-01-01"));
    assert!(InForce::new(&policy, day("2024-12-31"), &[]).applied()[0].as_deref().unwrap().contains("takes effect on 2025-01-01"));
    assert!(InForce::new(&policy, day("2025-06-01"), &[]).applied()[0].is_none());
    let wrong = One(format!("{HOUSE}[[rule]]\nid = \"r\"\nentities = [\"acme\"]\neffective = 2026-01-01\nuntil = 2026-01-01\n"));
    let errors = policy::load(&["one.toml".to_owned()], &wrong).unwrap_err();
    assert!(errors[0].message.contains("ends before it takes effect"), "{errors:?}");
}

#[test]
fn a_rule_may_bind_other_profiles_than_its_policy() {
    let policy = house(
        "[[rule]]\nid = \"own\"\nentities = [\"acme\"]\n[[rule]]\nid = \"any\"\nentities = [\"acme\"]\napplies = [\"any\"]\neffect = \"review\"\n[[rule]]\nid = \"sci\"\nentities = [\"acme\"]\napplies = [\"sci\"]\neffect = \"note\"\n",
    );
    let rules = |profile: &str| -> Vec<String> {
        let profiles: Vec<String> = [profile].iter().filter(|profile| !profile.is_empty()).map(|&profile| profile.to_owned()).collect();
        let in_force = InForce::new(&policy, day("2026-11-27"), &profiles);
        let mut rules: Vec<String> = in_force.reached().iter().map(|(rule, _)| policy.rules[*rule].id.clone()).collect();
        rules.sort();
        rules
    };
    for (profile, expected) in
        [("", &["any", "own", "sci"][..]), ("dod", &["any", "own"]), ("civilian", &["any"]), ("sci", &["any", "sci"])]
    {
        assert_eq!(rules(profile), expected, "{profile}");
    }
}

#[test]
fn a_rule_may_reach_some_kinds_only_and_never_overlooks_an_unknown_one() {
    let policy = house("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nkinds = [\"operating-system\", \"file\"]\n");
    for (kind, expected) in [
        (Kind::OperatingSystem, "prohibited"),
        (Kind::File, "prohibited"),
        (Kind::Unknown, "prohibited"),
        (Kind::Library, "clear"),
        (Kind::Device, "clear"),
    ] {
        assert_eq!(status(&policy, &named("x", "Acme Widgets", kind), "2026-11-27", ""), expected, "{kind:?}");
    }
}

#[test]
fn what_only_a_review_reach_reaches_asks_for_review() {
    let policy = house(
        "[[entity]]\nid = \"near\"\nname = \"Near Works\"\nsource = \"s\"\n[[entity]]\nid = \"below\"\nname = \"Below Works\"\nsource = \"s\"\n[[ownership]]\nowner = \"acme\"\nowned = \"near\"\nkind = \"affiliate\"\nsource = \"s\"\n[[ownership]]\nowner = \"acme\"\nowned = \"below\"\nkind = \"control\"\nsource = \"s\"\n[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nreach = [\"controlled-by\"]\nreview-reach = [\"affiliate\"]\n",
    );
    for (supplier, expected) in [("Acme Widgets", "prohibited"), ("Below Works", "prohibited"), ("Near Works", "review")] {
        assert_eq!(status(&policy, &supplied(supplier), "2026-11-27", ""), expected, "{supplier}");
    }
    let in_force = InForce::new(&policy, day("2026-11-27"), &[]);
    let findings = trial::findings(&in_force, &supplied("Near Works"));
    assert!(findings[0].doubts[0].contains("affiliate"), "{:?}", findings[0].doubts);
}

#[test]
fn a_rule_may_leave_mentions_to_the_others() {
    let policy = house("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nmentions = false\n");
    let mention = ExampleSubject { name: Some("a client for Acme Widgets".to_owned()), ..ExampleSubject::default() };
    assert_eq!(status(&policy, &mention, "2026-11-27", ""), "clear");
    assert_eq!(status(&policy, &supplied("Acme Widgets"), "2026-11-27", ""), "prohibited");
    assert_eq!(status(&house("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n"), &mention, "2026-11-27", ""), "review");
}
