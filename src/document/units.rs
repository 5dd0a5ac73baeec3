//! Walking a JSON document unit by unit: its members, and the elements of its lists.
//!
//! A unit that is cut off by the end of the part at hand is begun again when more is there. What it had handed to the listener by then
//! is not handed over twice.

use super::feed::{Feed, NotByParts};
use super::json::{Json, Next, Walk};
use super::scribe::{Keys, Members, Newest, Progress, Result, Scribe};
use super::{Document, DocumentError, Reader};
use crate::inventory::{Listener, Note};
use crate::source::Span;

impl From<NotByParts> for Box<DocumentError> {
    fn from(_: NotByParts) -> Self {
        let help = "read it whole".to_owned();
        Self::new(DocumentError { code: "not-by-parts", message: "it cannot be read by parts".to_owned(), span: None, label: None, help })
    }
}

/// The reading of one document: the part of it that is at hand, and how far it has come.
pub(super) struct Units<'f, 's, 'l> {
    feed: &'f mut Feed<'s>,
    listener: &'l mut dyn Listener,
    progress: Progress,
    newest: Newest,
    members: Members,
}

/// How a unit ended.
enum Step {
    More,
    Done,
}

impl<'f, 's, 'l> Units<'f, 's, 'l> {
    /// Enters the object that the document is.
    pub(super) fn begin(feed: &'f mut Feed<'s>, listener: &'l mut dyn Listener) -> Result<Self> {
        let progress = Progress { at: feed.start(), ..Progress::default() };
        let mut units = Self { feed, listener, progress, newest: Newest::default(), members: Members::default() };
        units.members = units.unit(|scribe| Ok(scribe.object("the document")?.unwrap_or_default()))?;
        Ok(units)
    }

    /// The next known key of the document, with its value up next.
    pub(super) fn key<K: Keys>(&mut self) -> Result<Option<K>> {
        let members = self.members;
        let (key, members) = self.unit(|scribe| {
            let mut members = members;
            Ok((scribe.key::<K>(&mut members)?, members))
        })?;
        self.members = members;
        Ok(key)
    }

    /// Reads one value with `read`, which may be called again from the start.
    pub(super) fn unit<T>(&mut self, mut read: impl FnMut(&mut Scribe<'_, '_>) -> Result<T>) -> Result<T> {
        let mut delivered = 0;
        loop {
            let last = self.feed.is_last();
            let mut scribe = self.scribe();
            scribe.begin_unit(delivered);
            let outcome = read(&mut scribe);
            let cut = is_cut(&outcome, &scribe.json);
            if cut && !last {
                delivered = scribe.delivered();
                self.feed.refill(self.progress.at)?;
                continue;
            }
            let overlong = scribe.overlong();
            (self.progress, self.newest) = (scribe.progress(), scribe.newest());
            self.within_limits(self.progress.subjects)?;
            return outcome.and_then(|value| overlong.map(|()| value));
        }
    }

    /// Calls `read` for every element of the array that comes next; nothing for `null`.
    pub(super) fn each(&mut self, what: &str, mut read: impl FnMut(&mut Scribe<'_, '_>) -> Result<()>) -> Result<()> {
        let entered = self.unit(|scribe| match scribe.json.peek()? {
            Next::Null => scribe.json.null().map(|_| None).map_err(Into::into),
            _ => scribe.array(what).map(Some),
        })?;
        let Some(mut walk) = entered else { return Ok(()) };
        let mut delivered = 0;
        while let Step::More = self.elements(&mut walk, &mut delivered, &mut read)? {
            self.feed.refill(self.progress.at)?;
        }
        Ok(())
    }

    /// Reads the elements that are whole in the part at hand.
    fn elements(
        &mut self,
        walk: &mut Walk,
        delivered: &mut usize,
        read: &mut impl FnMut(&mut Scribe<'_, '_>) -> Result<()>,
    ) -> Result<Step> {
        let last = self.feed.is_last();
        let most = self.feed.limits().subjects;
        let mut scribe = self.scribe();
        loop {
            let (progress, newest, before) = (scribe.progress(), scribe.newest(), *walk);
            scribe.begin_unit(*delivered);
            let outcome = match scribe.json.element(walk) {
                Ok(true) => read(&mut scribe).map(|()| Step::More),
                Ok(false) => Ok(Step::Done),
                Err(error) => Err(error.into()),
            };
            if !last && is_cut(&outcome, &scribe.json) {
                *delivered = scribe.delivered();
                (self.progress, self.newest) = (progress, newest);
                *walk = before;
                return Ok(Step::More);
            }
            *delivered = 0;
            let done = matches!(outcome?, Step::Done);
            scribe.overlong()?;
            let progress = scribe.progress();
            if done || progress.subjects > most {
                (self.progress, self.newest) = (progress, scribe.newest());
                return self.within_limits(progress.subjects).map(|()| Step::Done);
            }
        }
    }

    /// After the document only white space may follow.
    pub(super) fn end(&mut self) -> Result<()> {
        self.unit(|scribe| scribe.json.end().map_err(Into::into))
    }

    pub(super) fn note(&mut self, code: &'static str, message: String, span: Option<Span>) {
        self.listener.note(Note { code, message, span });
    }

    /// Who reads.
    pub(super) fn reader(&self) -> &'static Reader {
        self.feed.reader()
    }

    pub(super) fn document(&self, version: &str) -> Document {
        Document {
            format: self.reader().format,
            version: crate::text::excerpt(version, 40).into_owned(),
            encoding: self.reader().encoding,
            subjects: self.progress.subjects,
            listed: self.progress.listed,
            about: self.progress.about,
            identity: None,
        }
    }

    /// A document whose declared version does not have what is in it is noted: readers that go by the version would not see it.
    pub(super) fn check_shape(&mut self, declared_minor: u32) {
        let Newest { minor, field, span } = self.newest;
        if minor > declared_minor {
            let major = if self.reader().format == super::Format::CycloneDx { 1 } else { 2 };
            let message = format!(
                "the document says that it is {major}.{declared_minor} and has `{field}`, which exists since {major}.{minor}: readers that \
                 go by the version do not see it"
            );
            self.note("shape-contradicts-version", message, Some(span));
        }
    }

    fn within_limits(&self, subjects: u32) -> Result<()> {
        let most = self.feed.limits().subjects;
        if subjects <= most {
            return Ok(());
        }
        let message = format!("the document lists more than {most} subjects");
        let help = "raise --max-subjects if it really has that many";
        Err(Box::new(super::recognise::error("too-many-subjects", &message, None, help)))
    }

    fn scribe(&mut self) -> Scribe<'_, '_> {
        let Progress { at, depth, .. } = self.progress;
        let json = Json::resumed(self.feed.text(), self.feed.base(), at, depth, self.feed.limits().depth);
        Scribe::new(json, self.listener, self.progress, self.newest)
    }
}

/// Whether more text may change what was read: it ended early, or with the last byte, where a number may go on.
fn is_cut<T>(outcome: &Result<T>, json: &Json<'_>) -> bool {
    match outcome {
        Ok(_) => json.is_at_end(),
        Err(error) => error.code == "truncated",
    }
}
