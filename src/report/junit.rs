//! JUnit XML: the part of it that every dashboard understands.
//!
//! A document is a suite. What fails the run is a failure, with the whole diagnosis in its text, because some readers show nothing else. What
//! is waived, or waits for a person without failing the run, is skipped. A document without any of these is one case that passed.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Counter, Report, Run, Style, Summary, UNREADABLE, words};
use crate::baseline::NO_DOCUMENT;
use crate::finding::{Examined, Finding, Status};
use crate::source::Source;
use crate::text::{inline, safe};

struct Junit<'a> {
    out: Writer<Box<dyn Write + 'a>>,
    run: &'a Run<'a>,
    begun: bool,
    /// Readers take cases of one name for one case.
    names: Counter,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Junit { out: Writer::new_with_indent(out, b' ', 2), run, begun: false, names: Counter::default() })
}

/// How a case ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Skipped,
    Failure,
    Error,
}

/// One case, its texts made safe.
struct Case {
    name: String,
    class: String,
    end: End,
    /// What is wrong, in a line.
    message: String,
    /// The same in full.
    text: String,
}

impl Junit<'_> {
    fn start(&mut self) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            self.out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
            self.out.write_event(Event::Start(BytesStart::new("testsuites").with_attributes([("name", "interdict")])))?;
        }
        Ok(())
    }

    fn case(&mut self, file: &str, case: &Case) -> io::Result<()> {
        let nth = self.names.nth(&format!("{}\0{}", case.class, case.name));
        let name = if nth == 1 { xml(&case.name) } else { xml(&format!("{} ({nth})", case.name)) };
        let class = xml(&case.class);
        let element = BytesStart::new("testcase").with_attributes([
            ("name", name.as_str()),
            ("classname", class.as_str()),
            ("file", file),
            ("time", "0"),
        ]);
        let (tag, kind) = match case.end {
            End::Passed if case.text.is_empty() => return self.out.write_event(Event::Empty(element)),
            End::Passed => ("system-out", ""),
            End::Skipped => ("skipped", ""),
            End::Failure => ("failure", case.class.as_str()),
            End::Error => ("error", case.class.as_str()),
        };
        self.out.write_event(Event::Start(element))?;
        let (message, kind) = (xml(&case.message), xml(kind));
        let mut inner = BytesStart::new(tag);
        // Jenkins' schema knows no message of what was skipped.
        if matches!(case.end, End::Failure | End::Error) {
            inner.push_attribute(("message", message.as_str()));
        }
        if !kind.is_empty() {
            inner.push_attribute(("type", kind.as_str()));
        }
        self.out.write_event(Event::Start(inner))?;
        self.out.write_event(Event::Text(BytesText::new(&xml(&case.text))))?;
        self.out.write_event(Event::End(BytesEnd::new(tag)))?;
        self.out.write_event(Event::End(BytesEnd::new("testcase")))
    }

    fn end(&self, finding: &Finding) -> End {
        match finding.status {
            _ if self.run.fails(finding) => End::Failure,
            Status::Prohibited | Status::Review | Status::Waived => End::Skipped,
            Status::Note => End::Passed,
        }
    }

    fn finding(&self, source: &Source, finding: &Finding) -> Case {
        let entity = words::entity(finding);
        let entity = if entity.is_empty() { entity } else { format!(": {entity}") };
        Case {
            name: format!("{}{entity}", words::subject(finding)),
            class: words::rule(&finding.rule),
            end: self.end(finding),
            message: format!("{}: {}", words::status(finding.status), words::headline(finding)),
            text: words::paragraph(source, finding),
        }
    }
}

impl Report for Junit<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        let title = inline(&source.title()).into_owned();
        let assessment = &examined.assessment;
        let mut further = Vec::new();
        if let Err(error) = &examined.document {
            let message = safe(&error.message);
            further.push(Case {
                name: format!("{title} can be evaluated"),
                class: UNREADABLE.to_owned(),
                end: End::Error,
                message: message.clone().into_owned(),
                text: format!("{title}: {message}\ncode: document/{}\ndo: {}", error.code, safe(&error.help)),
            });
        }
        let unverifiable = assessment.ledger.unverifiable;
        let past = self.run.baseline.filter(|_| self.run.fail_on_new).and_then(|baseline| baseline.document(source.name()));
        if past.unwrap_or(&NO_DOCUMENT).identified_more(unverifiable, self.run.fail_on) {
            let message = format!("{unverifiable} of {} components cannot be identified", assessment.ledger.subjects);
            further.push(Case {
                name: format!("every component of {title} is identified"),
                class: "document/unverifiable".to_owned(),
                end: End::Failure,
                text: message.clone(),
                message,
            });
        }
        let ends = assessment.findings.iter().map(|finding| self.end(finding)).chain(further.iter().map(|case| case.end));
        let (mut failures, mut errors, mut skipped, mut tests) = (0, 0, 0, 0);
        for end in ends {
            tests += 1;
            match end {
                End::Passed => {}
                End::Skipped => skipped += 1,
                End::Failure => failures += 1,
                End::Error => errors += 1,
            }
        }
        if failures + errors == 0 {
            // A green line names whatever is not simply clear.
            let verdict = examined.verdict();
            further.push(Case {
                name: match verdict {
                    crate::verdict::Verdict::Clear => title.clone(),
                    verdict => format!("{title} ({}: {})", verdict.as_str(), words::not_clear(&assessment.ledger)),
                },
                class: "document/evaluated".to_owned(),
                end: End::Passed,
                message: String::new(),
                text: format!("{}\n{}", words::ledger(&assessment.ledger), words::coverage(&assessment.ledger)),
            });
            tests += 1;
        }
        let file = xml(&safe(&self.run.base.path(source.name())));
        let mut suite = BytesStart::new("testsuite");
        suite.push_attribute(("name", xml(&title).as_str()));
        for (name, count) in [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)] {
            suite.push_attribute((name, count.to_string().as_str()));
        }
        suite.push_attribute(("time", "0"));
        self.out.write_event(Event::Start(suite))?;
        for finding in &assessment.findings {
            let case = self.finding(source, finding);
            self.case(&file, &case)?;
        }
        further.iter().try_for_each(|case| self.case(&file, case))?;
        self.out.write_event(Event::End(BytesEnd::new("testsuite")))
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.start()?;
        self.out.write_event(Event::End(BytesEnd::new("testsuites")))?;
        self.out.get_mut().write_all(b"\n")?;
        self.out.get_mut().flush()
    }
}

/// Without the characters that XML 1.0 cannot say, whatever the escape. What `text::safe` has seen holds none of them.
fn xml(text: &str) -> String {
    text.replace(|character: char| !(is_xml(character)), "\u{fffd}")
}

fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
