//! The policy language, word by word: what each part of it does to a finding, on which day, and what its editors' schema says of it.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::NoFiles;
use interdict::finding::{Examined, Status};
use interdict::policy::{self, CATALOGUE, Files, InForce, PACKS, Policy};
use interdict::run::Task;
use interdict::source::Source;
use jiff::civil::Date;
use serde_json::{Value, json};

/// One policy in memory.
struct One(String);

impl Files for One {
    fn open(&self, _path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
        Ok((Source::from_text("one.toml", self.0.as_str()), "one".to_owned()))
    }
}

const ACME: &str = r#"schema = 1
[policy]
id = "house"
[[entity]]
id = "acme"
name = "Acme Widgets"
country = "XA"
source = "s"
[[entity]]
id = "daughter"
name = "Daughter Works"
country = "XB"
source = "s"
[[entity]]
id = "maybe"
name = "Maybe Works"
country = "XB"
source = "s"
[[ownership]]
owner = "acme"
owned = "daughter"
kind = "majority"
share = 60
since = 2020-01-01
until = 2025-01-01
source = "register"
[[ownership]]
owner = "acme"
owned = "maybe"
kind = "control"
confirmed = false
"#;

fn house(rest: &str) -> Policy {
    policy::load(&["one.toml".to_owned()], &One(format!("{ACME}{rest}"))).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn examined(policy: &Policy, component: Value, on: &str, later: Option<&str>, profiles: &[&str]) -> Examined {
    let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component] });
    let profiles: Vec<String> = profiles.iter().map(|&profile| profile.to_owned()).collect();
    let day = |text: &str| text.parse::<Date>().unwrap();
    let in_force = InForce::new(policy, day(on), &profiles);
    let later = later.map(|later| InForce::new(policy, day(later), &profiles));
    let task = Task { later: later.as_ref(), ..common::task(&in_force) };
    interdict::run::examine(&Source::from_text("t.json", document.to_string()), &task)
}

fn worst(policy: &Policy, component: Value, on: &str) -> Option<Status> {
    examined(policy, component, on, None, &[]).assessment.findings.iter().map(|finding| finding.status).max()
}

fn by(supplier: &str) -> Value {
    json!({ "type": "library", "name": "x", "supplier": { "name": supplier } })
}

#[test]
fn ownership_counts_between_its_dates_and_shows_its_chain() {
    let policy = house("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nreach = [\"majority-owned\", \"controlled-by\"]\n");
    assert_eq!(worst(&policy, by("Acme Widgets"), "2019-01-01"), Some(Status::Prohibited));
    assert_eq!(worst(&policy, by("Daughter Works"), "2019-12-31"), None);
    assert_eq!(worst(&policy, by("Daughter Works"), "2024-12-31"), Some(Status::Prohibited));
    assert_eq!(worst(&policy, by("Daughter Works"), "2025-01-01"), None);
    assert_eq!(worst(&policy, by("Maybe Works"), "2024-01-01"), Some(Status::Review));
    let examined = examined(&policy, by("Daughter Works"), "2024-01-01", None, &[]);
    let finding = &examined.assessment.findings[0];
    assert_eq!((finding.ownership[0].owner.id.as_str(), finding.ownership[0].fact.as_deref()), ("acme", Some("register")));
}

#[test]
fn any_maker_of_a_country() {
    let policy = house("[[rule]]\nid = \"r\"\ncountries = [\"XB\"]\n");
    assert_eq!(worst(&policy, by("Daughter Works"), "2024-01-01"), Some(Status::Prohibited));
    assert_eq!(worst(&policy, by("Acme Widgets"), "2024-01-01"), None);
}

#[test]
fn versions_that_cannot_be_ordered_ask_for_review() {
    for range in [">=1, <3", "vers:npm/>=1.0.0|<3.0.0"] {
        let policy = house(&format!("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nversions = \"{range}\"\n"));
        let of = |version: Value| {
            let mut component = by("Acme Widgets");
            component["version"] = version;
            worst(&policy, component, "2024-01-01")
        };
        assert_eq!(of(json!("2.9.9")), Some(Status::Prohibited), "{range}");
        assert_eq!(of(json!("3.0.0")), None, "{range}");
        assert_eq!(of(json!("3.0.0-rc.1")), Some(Status::Prohibited), "{range}");
        assert_eq!(of(json!("r2024b")), Some(Status::Review), "{range}");
        assert_eq!(worst(&policy, by("Acme Widgets"), "2024-01-01"), Some(Status::Review), "{range}");
        // The purl knows a version that the document does not repeat.
        let in_purl = json!({ "type": "library", "name": "x", "purl": "pkg:npm/x@4.0.0", "supplier": { "name": "Acme Widgets" } });
        assert_eq!(worst(&policy, in_purl, "2024-01-01"), None, "{range}");
    }
}

#[test]
fn an_assertion_names_a_maker_and_counts_as_knowing() {
    let rule = "[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n[evaluate]\nunverifiable = \"review\"\n";
    let blob = || json!({ "type": "library", "name": "blob" });
    let asserted = |supplier: &str| {
        house(&format!(
            "{rule}[[assertion]]\nsubject = \"blob\"\nsupplier = \"{supplier}\"\nevidence = \"letter\"\nby = \"me\"\non = 2024-01-01\n"
        ))
    };
    assert_eq!(worst(&house(rule), blob(), "2024-06-01"), Some(Status::Review));
    assert_eq!(worst(&asserted("Honest GmbH"), blob(), "2024-06-01"), None);
    assert_eq!(worst(&asserted("Honest GmbH"), blob(), "2023-12-31"), Some(Status::Review));
    let policy = asserted("Acme Widgets");
    let examined = examined(&policy, blob(), "2024-06-01", None, &[]);
    assert_eq!(examined.assessment.findings[0].status, Status::Prohibited);
    assert_eq!((examined.assessment.findings[0].evidence[0].field, examined.assessment.ledger.party_named), ("assertion", 0));
}

#[test]
fn looking_ahead_says_what_will_fail_and_fails_nothing() {
    let policy = house(
        "[[rule]]\nid = \"later\"\nentities = [\"acme\"]\neffective = 2027-06-30\n[[rule]]\nid = \"now\"\nentities = [\"acme\"]\n\
         [[waiver]]\nrule = \"house/now\"\nsubject = \"x\"\nreason = \"r\"\nby = \"me\"\ngranted = 2026-11-01\nexpires = 2026-12-31\n",
    );
    let examined = examined(&policy, by("Acme Widgets"), "2026-11-24", Some("2027-07-01"), &[]);
    assert_eq!(examined.verdict().as_str(), "waived");
    let mut ahead: Vec<_> =
        examined.assessment.ahead.iter().map(|ahead| (ahead.finding.rule.id.as_str(), ahead.on.unwrap().to_string())).collect();
    ahead.sort();
    assert_eq!(ahead, [("later", "2027-06-30".to_owned()), ("now", "2027-01-01".to_owned())]);
}

#[test]
fn a_law_binds_its_profiles() {
    let text = ACME.replace("id = \"house\"", "id = \"house\"\napplies = [\"dod\"]") + "[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n";
    let policy = policy::load(&["one.toml".to_owned()], &One(text)).unwrap();
    let found = |profiles: &[&str]| examined(&policy, by("Acme Widgets"), "2026-01-01", None, profiles).assessment.findings.len();
    assert_eq!((found(&[]), found(&["dod"]), found(&["civilian"]), found(&["civilian", "dod"])), (1, 1, 0, 1));
}

#[test]
fn products_are_reached_and_left_out() {
    let policy = house("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nproducts = [\"Gadget*\"]\nexcept = [\"pkg:npm/gadget-docs\"]\n");
    let named = |name: &str, purl: &str| json!({ "type": "library", "name": name, "purl": purl, "supplier": { "name": "Acme Widgets" } });
    assert_eq!(worst(&policy, named("Gadget Pro", "pkg:npm/x@1"), "2024-01-01"), Some(Status::Prohibited));
    assert_eq!(worst(&policy, named("other", "pkg:npm/x@1"), "2024-01-01"), None);
    assert_eq!(worst(&policy, named("Gadget docs", "pkg:npm/gadget-docs@1"), "2024-01-01"), None);
}

#[test]
fn a_waiver_lives_from_its_first_to_its_last_day() {
    let policy = house(
        "[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n[[waiver]]\nrule = \"house/r\"\nsubject = \"x\"\nreason = \"r\"\nby = \"me\"\ngranted = 2026-01-01\nexpires = 2026-12-31\n",
    );
    for (day, expected) in [
        ("2025-12-31", Status::Prohibited),
        ("2026-01-01", Status::Waived),
        ("2026-12-31", Status::Waived),
        ("2027-01-01", Status::Prohibited),
    ] {
        assert_eq!(worst(&policy, by("Acme Widgets"), day), Some(expected), "{day}");
    }
}

#[test]
fn what_the_language_refuses() {
    let table = [
        ("[[ownership]]\nowner = \"acme\"\nowned = \"nobody\"\nkind = \"control\"\nsource = \"s\"", "no entity `nobody`"),
        ("[[ownership]]\nowner = \"acme\"\nowned = \"acme\"\nkind = \"control\"\nsource = \"s\"", "nothing owns itself"),
        ("[[ownership]]\nowner = \"acme\"\nowned = \"maybe\"\nkind = \"majority\"\nshare = 50\nsource = \"s\"", "more than 50"),
        ("[[ownership]]\nowner = \"acme\"\nowned = \"maybe\"\nkind = \"stake\"\nsource = \"s\"", "needs its `share`"),
        ("[[ownership]]\nowner = \"acme\"\nowned = \"maybe\"\nkind = \"control\"\nshare = 101\nsource = \"s\"", "per cent above 0"),
        ("[[ownership]]\nowner = \"acme\"\nowned = \"maybe\"\nkind = \"control\"", "rests on a source"),
        ("[[ownership]]\nowner = \"acme\"\nowned = \"maybe\"\nkind = \"owns\"\nsource = \"s\"", "no value of `kind`"),
        ("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nreach = [\"friends\"]", "no value of `reach`"),
        ("[[rule]]\nid = \"r\"\ncountries = [\"Russia\"]", "two letters"),
        ("[[rule]]\nid = \"r\"\ncountries = [\"XA\"]\nreach = [\"controls\"]", "goes out from `entities`"),
        ("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nversions = \"latest\"", "no range of versions"),
        ("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\nproducts = [\"*\"]", "a product is a name"),
        ("[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n[[assertion]]\nsubject = \"x\"", "needs `supplier`"),
        (
            "[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n[[example]]\nsubject = { name = \"x\" }\nexpect = \"clear\"\nrule = \"q\"",
            "no rule `q`",
        ),
    ];
    for (rest, complaint) in table {
        let errors = policy::load(&["one.toml".to_owned()], &One(format!("{ACME}{rest}\n"))).expect_err(rest);
        assert!(errors.iter().any(|error| error.message.contains(complaint)), "{rest}: {errors:#?}");
    }
}

/// The schema that editors read allows what the language allows, and every key of the one is a key of the other.
#[test]
fn the_schema_for_editors_is_true() {
    let schema: Value = serde_json::from_str(interdict::run::SCHEMA).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let starters = interdict::run::STARTERS.map(|(name, text)| (name, text));
    for (name, text) in PACKS.iter().chain(&CATALOGUE).map(|pack| (pack.name, pack.text)).chain(starters) {
        let document: Value = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
        // A TOML date becomes a table of its own in JSON; the schema does not look into dates.
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
    let tables = [
        ("", "zz = 1\n"),
        ("policy", "[policy]\nzz = 1\n"),
        ("evaluate", "[evaluate]\nzz = 1\n"),
        ("entity/items", "[[entity]]\nid = \"a\"\nzz = 1\n"),
        ("entity/items/properties/published/items", "[[entity]]\nid = \"a\"\n[[entity.published]]\nzz = 1\n"),
        ("entity/items/properties/former/items", "[[entity]]\nid = \"a\"\nformer = [{ name = \"n\", zz = 1 }]\n"),
        ("entity/items/properties/not/items", "[[entity]]\nid = \"a\"\nnot = [{ zz = 1 }]\n"),
        ("ownership/items", "[[ownership]]\nzz = 1\n"),
        ("rule/items", "[[rule]]\nzz = 1\n"),
        ("rule/items/properties/report/items", "[[rule]]\nid = \"r\"\n[[rule.report]]\nzz = 1\n"),
        ("assertion/items", "[[assertion]]\nzz = 1\n"),
        ("waiver/items", "[[waiver]]\nzz = 1\n"),
        ("example/items", "[[example]]\nzz = 1\n"),
        ("example/items/properties/subject", "[[example]]\nsubject = { zz = 1 }\n"),
    ];
    for (place, text) in tables {
        let errors = policy::load(&["one.toml".to_owned()], &One(format!("schema = 1\n{text}"))).unwrap_err();
        let help = errors.iter().find(|error| error.message.starts_with("`zz` is no key")).and_then(|error| error.help.clone()).unwrap();
        let mut known: Vec<&str> = help.trim_start_matches("known here: ").split(", ").collect();
        let pointer = if place.is_empty() { "/properties".to_owned() } else { format!("/properties/{place}/properties") };
        let mut described: Vec<&str> = schema.pointer(&pointer).unwrap().as_object().unwrap().keys().map(String::as_str).collect();
        known.sort_unstable();
        described.sort_unstable();
        assert_eq!(known, described, "{place}");
    }
}

#[test]
fn every_starter_holds_and_is_clean() {
    for (name, text) in interdict::run::STARTERS {
        struct Starter(&'static str);
        impl Files for Starter {
            fn open(&self, path: &str, from: Option<&str>) -> Result<(Source, String), String> {
                if path == "one.toml" { Ok((Source::from_text("one.toml", self.0), "one".to_owned())) } else { NoFiles.open(path, from) }
            }
        }
        let tried = policy::to_be_tried("one.toml", &Starter(text)).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
        let failing = interdict::trial::failing(&tried.policy, &tried.part, common::today());
        assert!(failing.is_empty(), "{name}: {failing:?}");
        let (unnoticed, _) = interdict::trial::unnoticed(&tried, common::today());
        assert!(unnoticed.is_empty(), "{name}: {unnoticed:?}");
    }
}

/// A lint for each thing that is allowed and looks wrong; the packs have none that warns.
#[test]
fn lints() {
    let lints = |rest: &str| -> Vec<&'static str> {
        policy::lint(&house(rest), "2026-11-24".parse().unwrap()).iter().map(|lint| lint.code).collect()
    };
    let rule = "[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n";
    let entity = "[[entity]]\nid = \"other\"\nname = \"Other\"\nsource = \"s\"\n";
    assert!(lints("[[rule]]\nid = \"r\"\ncountries = [\"ZZ\"]\n").contains(&"unreachable-rule"));
    assert!(lints(&format!("{rule}[[rule]]\nid = \"q\"\nentities = [\"acme\"]\neffect = \"review\"\n")).contains(&"unreachable-rule"));
    assert!(
        lints(&format!("{entity}domains = [{{ value = \"acme.test\" }}]\n{rule}").replace("source = \"s\"\ndomains", "domains"))
            .contains(&"no-source")
    );
    assert!(
        lints(&format!(
            "{entity}domains = [\"a.test\"]\n[[entity]]\nid = \"third\"\nname = \"Third\"\nsource = \"s\"\ndomains = [\"a.test\"]\n{rule}"
        ))
        .contains(&"claimed-twice")
    );
    assert!(lints(&format!("{entity}packages = [\"pkg:npm/%40s/**\"]\n[[entity]]\nid = \"third\"\nname = \"Third\"\nsource = \"s\"\npackages = [\"pkg:npm/%40s/x\"]\n{rule}")).contains(&"claimed-twice"));
    for open in ["pkg:pypi/acme*", "pkg:nuget/acme.*"] {
        assert!(lints(&format!("{entity}packages = [\"{open}\"]\n{rule}")).contains(&"open-namespace"), "{open}");
    }
    for subject in ["acme-part", "*"] {
        let waiver = format!(
            "[[waiver]]\nrule = \"house/r\"\nsubject = \"{subject}\"\nreason = \"x\"\nby = \"y\"\ngranted = 2026-10-01\nexpires = 2027-01-01\n"
        );
        assert!(lints(&format!("{entity}{rule}{waiver}")).contains(&"broad-waiver"), "{subject}");
    }
    assert!(
        lints(&format!("{entity}aliases = [\"0ther\"]\n[[entity]]\nid = \"third\"\nname = \"Acrne Widgets\"\nsource = \"s\"\n{rule}"))
            .contains(&"confusable-names")
    );
    assert!(lints(&format!("{entity}{rule}")).contains(&"unused-entity"));
    assert!(lints(rule).contains(&"name-only"));
    let waiver = |subject: &str, expires: &str| {
        lints(&format!(
            "{rule}[[waiver]]\nrule = \"house/r\"\nsubject = \"{subject}\"\nreason = \"r\"\nby = \"me\"\ngranted = 2026-01-01\nexpires = {expires}\n"
        ))
    };
    assert!(waiver("x", "2026-06-30").contains(&"expired-waiver"));
    assert!(waiver("pkg:npm/%40s/**", "2026-12-31").contains(&"broad-waiver"));
    assert!(!waiver("pkg:npm/x@1", "2026-12-31").contains(&"broad-waiver"));
    for pack in PACKS.iter().chain(&CATALOGUE) {
        let tried = policy::to_be_tried(pack.name, &NoFiles).unwrap();
        let warnings: Vec<String> = policy::lint(&tried.policy, common::today())
            .into_iter()
            .filter(|lint| lint.severity == policy::Severity::Warning)
            .map(|lint| format!("{}: {}", lint.origin.source.name(), lint.message))
            .collect();
        assert!(warnings.is_empty(), "{}: {warnings:#?}", pack.name);
    }
}
