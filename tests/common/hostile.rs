//! Documents for every verdict, in which each name tries to be more than a name. `fixtures/hostile/names.cdx.json` is one of them, kept as a file.

use std::path::Path;

use serde_json::{Value, json};

/// What a stranger may call a component. `LONG` stands for ten thousand characters.
pub const NAMES: [&str; 21] = [
    "esc \u{1b}[31mred\u{1b}]0;title\u{7} \u{9b}2J",
    "nul \0 del \u{7f}",
    "line\r\n::error file=x::forged",
    "::error::forged",
    " ::add-mask::forged",
    "##[error]forged ##[group]x",
    "##vso[task.complete result=Succeeded;]forged",
    "a]]>b<![CDATA[c<!--",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a|b\\|c`d``e` \\",
    "=cmd|' /C calc'!A0",
    "+1;-2,@SUM(A1)\"",
    "@mention #1 ![i](https://evil.example/x.png) [l](javascript:alert(1)) www.evil.example",
    "bidi \u{202e}gnp.exe\u{2066} zero\u{200b}width \u{2028} separator \u{e0041}tag",
    "%0A::error::x %25 %AZP25 %VSTS %3B",
    "quote\"'&amp;&#10;\\",
    "brace {0} {{1}} ${{ github.token }} $(id) $x^2$ *b* _i_ ~~s~~",
    "noncharacter \u{fffe}\u{ffff} end",
    "LONG",
    "---\n# heading\n- item\n\n| a | b |\n| - | - |\n",
    "unit\u{85}separator\u{b}\u{c} interdict_delimiter\nresult=clear",
];

/// The name as it stands in the document.
pub fn expanded(name: &str) -> String {
    if name == "LONG" { "x".repeat(10_000) } else { name.to_owned() }
}

/// A policy that knows one maker; it permits `pkg:npm/waived@1.0` if asked to.
pub fn policy(waiver: bool) -> String {
    let waiver = if waiver {
        "\n[[waiver]]\nrule = \"house/made-by-acme\"\nsubject = \"pkg:npm/waived@1.0\"\nreason = \"a test, *never* shipped | <b>\"\nby = \"CISO @office\"\n\
         granted = 2026-10-01\nexpires = 2027-01-31\n"
    } else {
        ""
    };
    format!(
        "schema = 1\n\n[policy]\nid = \"house\"\ntitle = \"House rules\"\nauthority = [\"Board decision 7\"]\nsource = \"https://example.com/rules\"\n\n\
         [[entity]]\nid = \"acme\"\nname = \"Acme Widgets\"\ncountry = \"XA\"\nsource = \"register of companies\"\n\n\
         [[rule]]\nid = \"made-by-acme\"\ntitle = \"Made by Acme\"\nentities = [\"acme\"]\nclause = \"Decision 7(a)\"\n\
         text = \"Nothing of Acme Widgets.\"\nhelp = \"Take it out.\"\n{waiver}"
    )
}

/// The document that comes to a verdict.
pub fn document(verdict: &str) -> String {
    let component = |(index, name): (usize, &&str)| {
        let name = expanded(name);
        let short: String = name.chars().take(300).collect();
        let mut component = json!({
            "type": "library",
            "bom-ref": format!("{index} {short}"),
            "name": name,
            "version": short,
        });
        match verdict {
            "clear" => component["supplier"] = json!({ "name": format!("Example {short}") }),
            "unverifiable" => {}
            "review" => component["description"] = format!("a fork of Acme Widgets; {short}").into(),
            "waived" => {
                component["supplier"] = json!({ "name": "Acme Widgets" });
                component["purl"] = "pkg:npm/waived@1.0".into();
            }
            _ => component["supplier"] = json!({ "name": "Acme Widgets" }),
        }
        component
    };
    let components: Vec<Value> = NAMES.iter().enumerate().map(component).collect();
    let references: Vec<Value> = components.iter().map(|component| component["bom-ref"].clone()).collect();
    let root = "root\n::error::root##[error]`|<i>";
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": { "component": { "type": "application", "bom-ref": "root", "name": root, "supplier": { "name": "Example" } } },
        "components": components,
        "dependencies": [{ "ref": "root", "dependsOn": references }],
    });
    let text = serde_json::to_string_pretty(&document).unwrap();
    // Cut off after the last component.
    if verdict == "error" { text[..text.rfind("\"dependencies\"").unwrap()].to_owned() } else { text }
}

/// Writes it as `VERDICT.json`, with its policy beside it.
pub fn write(folder: &Path, verdict: &str) {
    std::fs::write(folder.join("policy.toml"), policy(verdict == "waived")).unwrap();
    std::fs::write(folder.join(format!("{verdict}.json")), document(verdict)).unwrap();
}
