//! The packs and the catalogue: every fact has its source, every example holds, nothing can be taken out unnoticed, and recognition is measured.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

mod common;

use common::{NoFiles, today};
use interdict::finding::Status;
use interdict::policy::{self, CATALOGUE, InForce, PACKS};
use interdict::trial;

/// Every embedded file, tried by itself.
#[test]
fn the_examples_of_every_file_hold_and_notice_every_weakening() {
    let mut wrong = Vec::new();
    for pack in PACKS.iter().chain(&CATALOGUE) {
        let tried = policy::to_be_tried(pack.name, &NoFiles).unwrap_or_else(|errors| panic!("{}: {errors:#?}", pack.name));
        let own = tried.policy.examples.iter().filter(|example| example.policy == tried.part).count();
        assert!(own > 0, "{} has no examples", pack.name);
        for failed in trial::failing(&tried.policy, &tried.part, today()) {
            let example = &tried.policy.examples[failed.example];
            let line = pack.text[..example.span.start].matches('\n').count() + 1;
            wrong.push(format!("{}:{line}: expected {}, found {:?}", pack.name, example.expect.as_str(), failed.found));
        }
        let (unnoticed, _) = trial::unnoticed(&tried, today());
        wrong.extend(unnoticed.iter().map(|weakening| format!("{}: no example notices when {}", pack.name, weakening.what)));
    }
    assert!(wrong.is_empty(), "{} problems\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_fact_has_a_source() {
    let names: Vec<String> = PACKS.iter().map(|pack| pack.name.to_owned()).collect();
    let policy = policy::load(&names, &NoFiles).unwrap();
    let mut missing = Vec::new();
    for (number, basis) in (0..).zip(&policy.basis) {
        if basis.confirmed && basis.fact.as_ref().is_none_or(|fact| fact.trim().len() < 4) {
            missing.push(format!("{}: {}", basis.origin.source.name(), policy.index.identifier(number).text));
        }
    }
    for link in policy.ownership.links().iter().filter(|link| link.confirmed && link.fact.is_none()) {
        missing.push(format!("{}: a link", link.origin.source.name()));
    }
    for part in policy.parts.iter().filter(|part| part.decides) {
        if part.text_source.is_none() || part.authority.is_empty() {
            missing.push(format!("{}: where the law stands", part.id));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn labelled_subjects_are_judged_right() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/labelled/dev.tsv");
    let Ok(table) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: no labelled subjects at {}", path.display());
        return;
    };
    let policy = policy::load(&["vendors-of-concern".to_owned()], &NoFiles).unwrap();
    let rows = trial::read_labelled(&table).unwrap();
    let measured = trial::measure(&rows, &InForce::new(&policy, today(), &[]));
    for ((by, name), score) in &measured.groups {
        println!("{by}\t{name}\trecall {:?}\tprecision {:?}\t{score:?}", score.recall(), score.precision());
    }
    let misses: Vec<String> = measured
        .misses
        .iter()
        .map(|&(row, status)| {
            format!("{:?}\t{}\t{}\t{}", rows[row].label, rows[row].kind, rows[row].value, status.map_or("clear", Status::as_str))
        })
        .collect();
    println!("{} rows, {} misses\n{}", rows.len(), misses.len(), misses.join("\n"));
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Components of real documents, with who made them.
#[test]
fn makers_in_real_documents_are_found() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(table) = std::fs::read_to_string(corpus.join("vendor-truth.tsv")) else {
        println!("SKIPPED: no corpus at {}", corpus.display());
        return;
    };
    let policy = policy::load(&["vendors-of-concern".to_owned()], &NoFiles).unwrap();
    let in_force = InForce::new(&policy, today(), &[]);
    let task = common::task(&in_force);
    let mut rows: std::collections::BTreeMap<&str, Vec<Vec<&str>>> = std::collections::BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        rows.entry(cells[0]).or_default().push(cells);
    }
    // Vendors that no law in the packs names.
    const UNNAMED: [&str; 1] = ["Yandex"];
    let (mut misses, mut judged) = (Vec::new(), 0);
    for (path, rows) in rows {
        let bytes = std::fs::read(corpus.join(path)).unwrap();
        let examined = interdict::run::examine_bytes(path, bytes, &task);
        let findings: Vec<_> = examined.iter().flat_map(|(_, examined)| &examined.assessment.findings).collect();
        for cells in rows {
            let [_, name, version, purl, vendor, truth, why] = cells[..] else { panic!("{cells:?}") };
            if UNNAMED.contains(&vendor) {
                continue;
            }
            judged += 1;
            let is_it = |finding: &&&interdict::finding::Finding| {
                let subject = &finding.subject;
                let same_purl = !purl.is_empty() && subject.purl.as_deref().is_some_and(|own| own.split('?').next() == Some(purl));
                let label = subject.label.trim_start_matches('@');
                let bare = name.trim_start_matches('@');
                same_purl
                    || ((label == bare || subject.name.as_deref() == Some(name))
                        && (version.is_empty() || subject.version.as_deref() == Some(version)))
            };
            let status = findings.iter().filter(is_it).map(|finding| finding.status).max();
            let right = match truth {
                "developed-by" => status == Some(Status::Prohibited),
                _ if why.contains("only as a substring") => status.is_none(),
                _ => status < Some(Status::Prohibited),
            };
            if !right {
                misses.push(format!("{truth}\t{vendor}\t{path}\t{name}\t{purl}\t{}", status.map_or("clear", Status::as_str)));
            }
        }
    }
    println!("{judged} labelled components, {} misses\n{}", misses.len(), misses.join("\n"));
    assert!(judged > 300 && misses.is_empty(), "{}", misses.join("\n"));
}

/// Every finding of all packs together in the corpus: a false alarm shows when this file is reviewed. `UPDATE_CORPUS=1 cargo test` writes it anew.
#[test]
fn every_finding_of_all_packs_in_the_corpus() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(manifest) = std::fs::read_to_string(corpus.join("manifest.tsv")) else {
        println!("SKIPPED: no corpus at {}", corpus.display());
        return;
    };
    let names: Vec<String> = PACKS.iter().map(|pack| pack.name.to_owned()).collect();
    let policy = policy::load(&names, &NoFiles).unwrap();
    let in_force = InForce::new(&policy, today(), &[]);
    let task = common::task(&in_force);
    let mut found: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut documents = 0;
    let column = manifest.lines().next().unwrap().split('\t').position(|name| name == "path").unwrap();
    for path in manifest.lines().skip(1).filter_map(|line| line.split('\t').nth(column)) {
        let Ok(bytes) = std::fs::read(corpus.join(path)) else { continue };
        documents += 1;
        let mut here: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
        for (_, examined) in interdict::run::examine_bytes(path, bytes, &task) {
            for finding in &examined.assessment.findings {
                let entity = finding.entity.as_ref().map_or("-", |entity| entity.id.as_str());
                let evidence = &finding.evidence[0];
                let value = interdict::text::excerpt(&evidence.value, 80);
                let subject = &finding.subject;
                let purl = subject.purl.as_deref().unwrap_or_default();
                let label = if purl.is_empty() { subject.label.as_str() } else { purl.split(['?', '#']).next().unwrap_or_default() };
                let label = label.rfind('@').filter(|&at| at > 8 && !label[at..].contains('/')).map_or(label, |at| &label[..at]);
                let key = format!(
                    "{entity} {} {} `{value}` ({})",
                    interdict::text::excerpt(label, 80),
                    evidence.strength.as_str(),
                    evidence.field
                );
                here.entry(key).or_default().push(format!("{} {}", finding.status.as_str(), finding.rule.full_id()));
            }
        }
        for (key, mut rules) in here {
            rules.sort();
            rules.dedup();
            *found.entry(format!("{key}: {}", rules.join(", "))).or_default() += 1;
        }
    }
    let mut table = format!(
        "{documents} documents, {} kinds of finding; in how many documents, whose, what, by which claim, under which rules\n",
        found.len()
    );
    for (line, count) in found {
        table.push_str(&format!("{count:>4} {line}\n"));
    }
    let snapshot = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all-packs.snap");
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        std::fs::write(&snapshot, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&snapshot).unwrap_or_default();
    for (found, expected) in table.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "UPDATE_CORPUS=1 cargo test writes tests/all-packs.snap anew");
    }
    assert_eq!(table.lines().count(), expected.lines().count(), "UPDATE_CORPUS=1 cargo test writes tests/all-packs.snap anew");
}

/// The table of hard cases: what each law says of the same thing. Columns: 1634, 889, FASCSA, 52.204-27, 805 once it is in force.
#[test]
fn hard_cases_end_as_each_law_words_it() {
    use interdict::inventory::{Kind, Scope};
    use interdict::policy::ExampleSubject;
    const PACKS: [(&str, (i16, i8, i8)); 5] = [
        ("us-ndaa-1634", (2026, 11, 23)),
        ("us-ndaa-889", (2026, 11, 23)),
        ("us-fascsa-acronis", (2026, 11, 23)),
        ("us-far-52-204-27", (2026, 11, 23)),
        ("us-ndaa-1260h-805", (2027, 6, 30)),
    ];
    let package = |purl: &str| ExampleSubject {
        name: purl.rsplit('/').next().map(|name| name.split('@').next().unwrap_or(name).to_owned()),
        purl: Some(purl.to_owned()),
        ..ExampleSubject::default()
    };
    let supplied = |name: &str, kind: Kind, supplier: &str| ExampleSubject {
        name: Some(name.to_owned()),
        kind: Some(kind),
        supplier: Some(supplier.to_owned()),
        ..ExampleSubject::default()
    };
    let table: [(ExampleSubject, [&str; 5]); 18] = [
        (package("pkg:npm/%40kaspersky/hexa-ui@6.198.2"), ["prohibited", "clear", "clear", "clear", "clear"]),
        (
            ExampleSubject { scope: Some(Scope::Test), ..package("pkg:maven/com.kaspersky.android-components/kaspresso@1.5.5") },
            ["prohibited", "clear", "clear", "clear", "clear"],
        ),
        (package("pkg:pypi/opentip@1.2"), ["prohibited", "clear", "clear", "clear", "clear"]),
        (package("pkg:generic/linux@5.14"), ["clear", "clear", "clear", "clear", "clear"]),
        (package("pkg:pypi/huaweicloudsdkcore@3.1.60"), ["clear", "note", "clear", "clear", "prohibited"]),
        (package("pkg:pypi/huawei-solar@2.5.0"), ["clear", "note", "clear", "clear", "review"]),
        (supplied("camera SoC", Kind::Device, "HiSilicon Technologies Co., Ltd"), ["clear", "prohibited", "clear", "clear", "prohibited"]),
        (supplied("camera firmware", Kind::Firmware, "Hikvision"), ["clear", "prohibited", "clear", "clear", "prohibited"]),
        (package("pkg:golang/github.com/bytedance/sonic@v1.11.6"), ["clear", "clear", "clear", "clear", "clear"]),
        (package("pkg:npm/%40rspack/core@2.3.2"), ["clear", "clear", "clear", "clear", "clear"]),
        (package("pkg:pypi/lark-oapi@1.7.5"), ["clear", "clear", "clear", "clear", "clear"]),
        (package("pkg:npm/tiktok-business-api-sdk-official@1"), ["clear", "clear", "clear", "review", "clear"]),
        (
            ExampleSubject {
                name: Some("com.zhiliaoapp.musically".to_owned()),
                kind: Some(Kind::Application),
                ..ExampleSubject::default()
            },
            ["clear", "clear", "clear", "prohibited", "clear"],
        ),
        (package("pkg:maven/com.dji/dji-sdk-v5-aircraft@5.8.0"), ["clear", "clear", "clear", "clear", "prohibited"]),
        (package("pkg:npm/%40acronis-platform/shadcn-uikit@0.36.3"), ["clear", "clear", "prohibited", "clear", "clear"]),
        (package("pkg:npm/%40esbuild/openharmony-arm64@0.25.0"), ["clear", "clear", "clear", "clear", "clear"]),
        (package("pkg:golang/github.com/kubeedge/kubeedge@v1.18.0"), ["clear", "clear", "clear", "clear", "clear"]),
        (supplied("agent", Kind::Application, "Acronis International GmbH"), ["clear", "clear", "prohibited", "clear", "clear"]),
    ];
    let mut wrong = Vec::new();
    for (column, (pack, (year, month, day))) in PACKS.into_iter().enumerate() {
        let policy = policy::load(&[pack.to_owned()], &NoFiles).unwrap();
        let in_force = InForce::new(&policy, jiff::civil::date(year, month, day), &[]);
        for (subject, expected) in &table {
            let found = trial::findings(&in_force, subject).iter().map(|finding| finding.status).max();
            let found = found.map_or("clear", Status::as_str);
            if found != expected[column] {
                wrong.push(format!("{pack}: {:?} is {found}, not {}", subject.name, expected[column]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
