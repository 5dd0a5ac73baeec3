//! Names of organisations and products: as the name of a party, as a look-alike of one, and as a mention in free text.
//!
//! A party's name matches as a whole, with its legal form or without, or as the run of whole words that leads a longer name
//! (`Kaspersky Lab UK`); never inside a word. A name of four letters or fewer matches only as a whole. In free text a name may stand
//! anywhere as a run of whole words; the longest word of each name goes into a filter, and only a text with a word that passes it is
//! normalised and looked at closely.

use unicode_security::skeleton;

use super::cost::spend;
use super::filter::{Word, WordFilter, Written};
use super::normal::{self, is_invisible, is_word_of_its_own, normalise_into, normalised, without_legal_form, words};
use super::table::Table;
use super::{Hit, IdentifierId, Strength, push_all, vocabulary};

/// What a name is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It names a party, and may be mentioned.
    Party,
    /// It names a party as a whole only: it is a person's name, too, or an ordinary word.
    Whole,
    /// It is a product, which can only be mentioned.
    Mention,
}

#[derive(Debug, Default)]
pub(super) struct Names {
    /// By the whole normalised name, as listed.
    whole: Table,
    /// By the normalised name without legal form, for names that have one in the list.
    stripped: Table,
    /// By the normalised name without legal form, for names that no longer one may begin with.
    only_whole: Table,
    /// By the normalised skeleton of the name.
    skeletons: Table,
    /// By the normalised name with its words run together: `KasperskyLab`.
    joined: Table,
    /// What to look for in free text, and the numbers of these phrases by their longest word.
    phrases: Vec<Phrase>,
    by_word: Table,
    filter: WordFilter,
    most_words: usize,
}

#[derive(Debug)]
struct Phrase {
    /// With one space between its words.
    text: String,
    words: usize,
    /// Which of them is the longest.
    longest: usize,
    identifier: IdentifierId,
}

impl Names {
    /// Returns the name as it is looked for: normalised, without its legal form.
    pub(super) fn add(&mut self, name: &str, id: IdentifierId, used: Use) -> String {
        let whole = normalised(name);
        let bare = without_legal_form(&whole).to_owned();
        if whole.is_empty() {
            return bare;
        }
        if used == Use::Whole {
            self.only_whole.add(&bare, id);
            return bare;
        }
        let joined = (bare.contains(' ') && !bare.contains(is_word_of_its_own)).then(|| bare.replace(' ', ""));
        if used == Use::Party {
            self.most_words = self.most_words.max(words(&whole).count());
            self.skeletons.add(&skeleton_of(name), id);
            if bare != whole {
                self.stripped.add(&bare, id);
            } else if let Some(joined) = &joined {
                self.joined.add(joined, id);
            }
            self.whole.add(&whole, id);
        }
        if let Some(joined) = joined {
            self.phrase(joined, id);
        }
        if !is_short(&bare) {
            self.phrase(bare.clone(), id);
        }
        bare
    }

    fn phrase(&mut self, text: String, identifier: IdentifierId) {
        let number = u32::try_from(self.phrases.len()).unwrap_or(u32::MAX);
        let (longest, word) = words(&text).enumerate().max_by_key(|(at, word)| (word.len(), std::cmp::Reverse(*at))).unwrap_or_default();
        self.by_word.add(word, number);
        let words = words(&text).count();
        self.phrases.push(Phrase { text, words, longest, identifier });
    }

    pub(super) fn finish(&mut self) {
        let words: Vec<Word> = self.by_word.texts().map(Word::of).collect();
        self.filter = WordFilter::new(&words, &[]);
    }

    #[cfg(test)]
    pub(super) fn without_filter(&mut self) {
        self.filter = WordFilter::open();
    }

    /// Whether `text` names a party, and which. The closest reading wins: the name as listed, then without its legal form, then the longest
    /// name that leads it.
    pub(super) fn party(&self, text: &str, whole_only: bool, strength: Strength, hits: &mut Vec<Hit>) -> bool {
        let strength = match self.family_name_first(text) {
            Person::No => strength,
            Person::Perhaps => strength.min(Strength::Mentioned),
            Person::Yes => return false,
        };
        let whole = normalised(text);
        let before = hits.len();
        if self.normal_party(&whole, whole_only, strength, hits) {
            // Of what may be anybody's name as a whole, a part may still be the vendor's: `Kaspersky/OEM`.
            if hits[before..].iter().all(|hit| hit.strength < strength) {
                self.one_of_several(text, whole_only, strength, hits);
            }
            return true;
        }
        inner_name(text).is_some_and(|inner| self.normal_party(&normalised(inner), whole_only, strength, hits))
            || self.one_of_several(text, whole_only, strength, hits)
    }

    /// `Acme, Kaspersky Lab`: each part of a list may be a name as a whole.
    fn one_of_several(&self, text: &str, whole_only: bool, strength: Strength, hits: &mut Vec<Hit>) -> bool {
        let before = hits.len();
        for item in listed_items(text) {
            let strength = match self.family_name_first(item) {
                Person::No => strength,
                Person::Perhaps => strength.min(Strength::Mentioned),
                Person::Yes => continue,
            };
            if item.len() < text.len() {
                self.normal_party(&normalised(item), whole_only, strength, hits);
            }
            if item.contains(',') {
                for part in item.split(',') {
                    self.normal_party(&normalised(part), whole_only, strength, hits);
                }
            }
        }
        hits.len() > before
    }

    fn normal_party(&self, whole: &str, whole_only: bool, strength: Strength, hits: &mut Vec<Hit>) -> bool {
        if whole.is_empty() {
            return false;
        }
        let bare = without_legal_form(whole);
        if let Some(ids) = self.whole.get(whole).or_else(|| self.exact(bare)) {
            push_all(hits, ids, strength);
            return true;
        }
        // The name with fewer and fewer places in front of it. Only so many are looked up, and always the one without any place: however many
        // places stand there, they hide nothing, and cost no more than reading them once.
        const LEVELS: usize = 5;
        let (mut levels, mut count) = ([bare; LEVELS], 1);
        let mut rest = bare;
        while let Some(shorter) = vocabulary::without_place(rest) {
            rest = normal::without_leading_form(shorter);
            count = (count + 1).min(LEVELS);
            levels[count - 1] = rest;
        }
        for level in &levels[1..count] {
            if let Some(ids) = self.exact(level) {
                push_all(hits, ids, strength);
                return true;
            }
        }
        // What stands in front does not take the legal form away that stands behind.
        let plain = bare.len() == whole.len();
        levels[..count].iter().rev().any(|level| self.leads(level, plain, whole_only, strength, hits).is_some())
    }

    /// Who is called exactly so.
    fn exact(&self, bare: &str) -> Option<&[IdentifierId]> {
        [&self.whole, &self.stripped, &self.joined, &self.only_whole].into_iter().find_map(|names| names.get(bare))
    }

    /// Whether a text reads as a person's family name, a comma, and the given name: `Lin, Dahua`, `Kaspersky, Eugene`.
    fn family_name_first(&self, text: &str) -> Person {
        const LONG: usize = 64;
        let Some((family, given)) = text.split_once(',').filter(|(_, given)| text.len() <= LONG && !given.contains(',')) else {
            return Person::No;
        };
        let (family, given) = (normalised(family), normalised(given));
        let of_letters = |name: &str| name.chars().all(|character| character.is_alphabetic() || character == ' ');
        let is_one = |name: &str| !name.is_empty() && !name.contains(' ');
        let first = given.split(' ').next().unwrap_or_default();
        // What companies say where they are, what they do, or what form they have, is no given name.
        let company = words(&given).any(|word| vocabulary::is_where_and_what(word) || has_legal_form(&format!("x {word}")));
        if company || !is_one(&family) || words(&given).count() > 2 || first.is_empty() || !of_letters(&family) || !of_letters(&given) {
            return Person::No;
        }
        let is_given = vocabulary::is_given_name(first) || vocabulary::is_pinyin(first);
        let listed = self.exact(&family).is_some();
        if is_given && (listed || vocabulary::is_surname(&family)) {
            return Person::Yes;
        }
        if listed && self.exact(&given).is_none() { Person::Perhaps } else { Person::No }
    }

    /// Every name that leads `text`, though the text may be a name as a whole.
    pub(super) fn leading(&self, text: &str, whole_only: bool, strength: Strength, hits: &mut Vec<Hit>) {
        let whole = normalised(text);
        let mut bare = without_legal_form(&whole);
        let plain = bare.len() == whole.len();
        // Each is shorter than the one before, and no name has many words.
        while let Some(end) = self.leads(bare, plain, whole_only, strength, hits) {
            bare = &bare[..end];
        }
    }

    /// The longest name that leads a normalised one, which is `plain` if it has no legal form. Returns where it ends.
    fn leads(&self, bare: &str, plain: bool, whole_only: bool, strength: Strength, hits: &mut Vec<Hit>) -> Option<usize> {
        let longest = self.whole.longest().max(self.stripped.longest()).max(self.only_whole.longest());
        let ends = bare.match_indices(' ').map(|(at, _)| at).take(self.most_words).take_while(|&end| end <= longest);
        let ends: Vec<usize> = ends.collect();
        if ends.is_empty() {
            return None;
        }
        // Where the words begin that only say where a company is and what it does: read once, from the end.
        let company_from = vocabulary::where_and_what_from(bare);
        let last = bare.rfind(' ').map_or(0, |at| at + 1);
        for end in ends.into_iter().rev() {
            let leading = &bare[..end];
            // One word that leads a person's name is a given or a family name.
            let rest = &bare[end + 1..];
            let (short, single) = (is_short(leading), !leading.contains(' '));
            let company = company_from <= end + 1;
            // Nobody's name ends in what companies do: `Kaspersky Threat Research`.
            let team = last > end + 1 && company_from <= last;
            if whole_only && (short || !(company || team || !single)) {
                continue;
            }
            // Of a short name that goes on in some other way only a legal form says that it is a company's, and a person has to tell whose.
            if short && !company && plain {
                continue;
            }
            // A person: one given name, one family name, no legal form; perhaps with further persons behind.
            let next = rest.split(' ').next().unwrap_or_default();
            if plain && single && !company && !team && vocabulary::is_surname(next) {
                continue;
            }
            let only_whole = || self.only_whole.get(leading).filter(|_| vocabulary::is_where(rest));
            let Some(ids) = self.whole.get(leading).or_else(|| self.stripped.get(leading)).or_else(only_whole) else { continue };
            // Without a legal form, one listed word that goes on in words of no company may begin anybody's name: `Alibaba Travels`.
            let loose = single && plain && !(team && vocabulary::is_trade(&bare[last..]));
            let doubtful = !company && (short || (whole_only && single) || loose || vocabulary::speaks_of_others(rest));
            push_all(hits, ids, if doubtful { strength.min(Strength::Mentioned) } else { strength });
            return Some(end);
        }
        None
    }

    /// Whether `text` is a party's name in borrowed letters: equal to it, or led by it, only after confusable characters are resolved.
    pub(super) fn lookalikes(&self, text: &str, hits: &mut Vec<Hit>) {
        let before = hits.len();
        self.in_borrowed_letters(text, hits);
        if hits.len() > before {
            return;
        }
        if let Some(shown) = as_shown(text) {
            // Written backwards, and shown forwards.
            self.normal_party(&normalised(&shown), false, Strength::Lookalike, hits);
        } else if text.len() <= 128 && text.contains('1') {
            // The tables take a one for an l; people write it for an i, too.
            self.normal_party(&normalised(&text.replace('1', "i")), false, Strength::Lookalike, hits);
        }
    }

    fn in_borrowed_letters(&self, text: &str, hits: &mut Vec<Hit>) {
        // A name stands at the beginning: what follows a long way behind changes nothing.
        let text = &text[..crate::text::boundary(text, 512)];
        if self.skeletons.is_empty() || !could_deceive(text) {
            return;
        }
        let (skeleton, plain) = (skeleton_of(text), normalised(text));
        if words(&skeleton).eq(words(&plain)) {
            return;
        }
        let bare = without_legal_form(&skeleton);
        let whole = self.skeletons.get(&skeleton).or_else(|| self.skeletons.get(bare));
        let leading = || {
            let ends = bare.match_indices(' ').map(|(at, _)| at).take(self.most_words);
            let led = ends.filter(|&end| !is_short(&bare[..end])).filter_map(|end| Some((end, self.skeletons.get(&bare[..end])?))).last();
            // What is plainly a name as it stands borrows no letters; those behind it do not matter.
            led.filter(|&(end, _)| !self.leads_plainly(&plain, bare[..end].split(' ').count())).map(|(_, ids)| ids)
        };
        if let Some(ids) = whole.or_else(leading) {
            push_all(hits, ids, Strength::Lookalike);
        }
    }

    /// Whether the first `count` words of a normalised text are a listed name.
    fn leads_plainly(&self, text: &str, count: usize) -> bool {
        let end = text.match_indices(' ').nth(count - 1).map_or(text.len(), |(at, _)| at);
        [&self.whole, &self.stripped].iter().any(|names| names.get(&text[..end]).is_some())
    }

    /// A short name that stands first, as a brand does in the name of a device.
    pub(super) fn short_brand(&self, text: &str, hits: &mut Vec<Hit>) {
        let normal = normalised(text);
        let Some((first, _)) = normal.split_once(' ').filter(|(first, _)| is_short(first) && first.len() > 2) else { return };
        if let Some(ids) = self.whole.get(first) {
            push_all(hits, ids, Strength::Mentioned);
        }
    }

    /// Whether `text` is a long name of one word that was torn in two: `Byte Dance`, or a name spelled out: `Z.T.E.`. Short ones are left: `Hua Wei`
    /// is a person's.
    pub(super) fn torn(&self, text: &str, hits: &mut Vec<Hit>) {
        const LONG: usize = 8;
        let whole = normalised(text);
        let bare = without_legal_form(&whole);
        if !bare.contains(' ') || bare.len() > 64 {
            return;
        }
        let joined = bare.replace(' ', "");
        let spelled = words(bare).count() > 2 && words(bare).all(|word| word.chars().count() == 1 && word.is_ascii());
        if let Some(ids) =
            (joined.len() >= LONG || spelled).then(|| self.whole.get(&joined).or_else(|| self.stripped.get(&joined))).flatten()
        {
            push_all(hits, ids, Strength::Lookalike);
        }
    }

    /// The names that stand anywhere in the text of a party field that is none as it stands: a party field says no less than prose.
    ///
    /// What is set off from the rest and is a name as a whole names the party (`CN=Hikvision`, `© 2023 Kaspersky`, `Acme [Kaspersky]`);
    /// what only stands among other words is a mention, and so is whom a party belongs to (`Acme, a Kaspersky company`). Names of persons
    /// are left alone.
    pub(super) fn within_party(&self, text: &str, whole_only: bool, hits: &mut Vec<Hit>) {
        let before = hits.len();
        let items = || {
            listed_items(text).filter_map(|item| match self.family_name_first(item) {
                Person::No => Some((item, Strength::Declared)),
                Person::Perhaps => Some((item, Strength::Mentioned)),
                Person::Yes => None,
            })
        };
        for (item, strength) in items() {
            for part in set_off(item) {
                let normal = normalised(part);
                let (core, of_another) = vocabulary::without_attribution(&normal);
                if core.is_empty() || is_person(core, whole_only) {
                    continue;
                }
                let strength = if of_another { Strength::Mentioned } else { strength };
                self.normal_party(core, whole_only, strength, hits);
            }
        }
        if hits.len() > before {
            return;
        }
        if is_account(text) {
            return;
        }
        for part in items().flat_map(|(item, _)| set_off(item)) {
            // A name of several words is nobody's family name.
            let person = is_person(&normalised(part), whole_only);
            self.mentions_where(part, hits, |phrase| phrase.words > 1 || !person, true);
        }
        if hits.len() == before {
            self.mentions_where(text, hits, |phrase| phrase.words > 1, true);
        }
    }

    /// The names that stand in `text` as runs of whole words.
    pub(super) fn mentions(&self, text: &str, hits: &mut Vec<Hit>) {
        self.mentions_where(text, hits, |_| true, false);
    }

    /// Names of one word are passed over behind a given name if there are `persons` in the text: `Eugene Kaspersky Fan Club`.
    fn mentions_where(&self, text: &str, hits: &mut Vec<Hit>, wanted: impl Fn(&Phrase) -> bool, persons: bool) {
        if !self.filter.may_hold(text, Written::Freely) {
            return;
        }
        let normal = normalised(text);
        let words: Vec<&str> = words(&normal).collect();
        // The same name may stand here any number of times.
        let mut seen: std::collections::HashSet<IdentifierId, foldhash::fast::RandomState> = std::collections::HashSet::default();
        for (at, word) in words.iter().enumerate() {
            let phrases = self.by_word.get(word).unwrap_or_default().iter().map(|&number| &self.phrases[number as usize]);
            for phrase in phrases.filter(|phrase| wanted(phrase)) {
                spend(phrase.text.len());
                let Some(start) = at.checked_sub(phrase.longest) else { continue };
                if persons && phrase.words == 1 && at > 0 && vocabulary::is_given_name(words[at - 1]) {
                    continue;
                }
                let run = words.get(start..start + phrase.words);
                let hit = Hit { identifier: phrase.identifier, strength: Strength::Mentioned };
                if run.is_some_and(|run| run.iter().copied().eq(normal::words(&phrase.text))) && seen.insert(phrase.identifier) {
                    hits.push(hit);
                }
            }
        }
    }
}

/// Whether a name says of itself that it is a company's.
pub(super) fn has_legal_form(text: &str) -> bool {
    let whole = normalised(text);
    without_legal_form(&whole).len() < whole.len()
}

/// Whether a text in a party field is a person's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    No,
    Perhaps,
    Yes,
}

/// Whether a normalised text of two or three words is a person's name, as far as lists of names tell; in a field `for_persons`, it is one unless
/// its words speak of a company or of others.
fn is_person(normal: &str, for_persons: bool) -> bool {
    let count = words(normal).take(4).count();
    (2..=3).contains(&count)
        && normal.chars().all(|character| character.is_alphabetic() || character == ' ')
        && !words(normal).any(vocabulary::is_where_and_what)
        && !has_legal_form(normal)
        && (words(normal).any(|word| vocabulary::is_surname(word) || vocabulary::is_given_name(word))
            || for_persons && !vocabulary::speaks_of_others(normal) && vocabulary::without_attribution(normal).0 == normal)
}

/// Whether a text is the name of an account rather than of a party: one word in lower case, with hyphens, `someone-bytedance`.
fn is_account(text: &str) -> bool {
    text.contains(['-', '_'])
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The items of a list of names. A comma separates nothing here: it may stand inside of a name.
fn listed_items(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '/', '&', '|', '\n']).flat_map(|part| part.split(" and "))
}

/// The parts of a text that are set off from each other by punctuation, or by words that join names. A hyphen inside of a word sets nothing off.
fn set_off(text: &str) -> impl Iterator<Item = &str> {
    let joined =
        text.split([',', ';', '/', '|', '&', '+', '(', ')', '[', ']', '{', '}', '<', '>', '"', '=', ':', '©', '®', '\n', '–', '—']);
    let joined =
        joined.flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" on behalf of "));
    joined.flat_map(|part| part.split(" c/o ")).flat_map(|part| part.split(" dba "))
}

/// The values of an X.509 name, or of what is written like one, that say who somebody is: `C=CN, O=ZTE Corporation, CN=ZTE Corporation`.
pub(super) fn distinguished_names(text: &str) -> impl Iterator<Item = &str> {
    // Where, not who: country, state, locality, street, mail, domain, serial number.
    const WHERE: [&str; 10] = ["c", "st", "s", "l", "street", "e", "email", "emailaddress", "dc", "serialnumber"];
    let mut pieces = text.split('=').peekable();
    let mut key = pieces.next().unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            let piece = pieces.next()?;
            // All but the last piece end in the next key.
            let cut = if pieces.peek().is_some() { piece.rfind([',', ';', '/', '+', '\n']) } else { None };
            let value = &piece[..cut.unwrap_or(piece.len())];
            let name = key.rsplit([',', ';', '/', '+', '\n', ' ']).next().unwrap_or_default();
            key = piece;
            if !name.is_empty() && !WHERE.iter().any(|other| name.eq_ignore_ascii_case(other)) {
                return Some(value.trim().trim_matches('"'));
            }
        }
    })
}

/// What stands in parentheses behind a name is a name, too: `KL (Kaspersky Lab)`.
fn inner_name(text: &str) -> Option<&str> {
    let body = text.trim_end().strip_suffix(')')?;
    Some(&body[body.rfind('(')? + 1..])
}

/// Four letters or fewer in a script that has words: too little to be told from something else.
fn is_short(name: &str) -> bool {
    name.len() <= 16 && name.chars().count() <= 4 && !name.chars().any(is_word_of_its_own)
}

/// What a reader sees of a text that a right-to-left override turns round (UAX 9).
fn as_shown(text: &str) -> Option<String> {
    let start = text.find('\u{202e}')?;
    let rest = &text[start + '\u{202e}'.len_utf8()..crate::text::boundary(text, 512).max(start + '\u{202e}'.len_utf8())];
    let (turned, after) = rest.split_once('\u{202c}').unwrap_or((rest, ""));
    Some(text[..start].chars().chain(turned.chars().rev()).chain(after.chars()).collect())
}

/// Whether resolving confusable characters can change anything: some character is not ASCII, or stands for another in a common trick.
fn could_deceive(text: &str) -> bool {
    !text.is_ascii()
        || text.bytes().any(|byte| matches!(byte, b'0' | b'1' | b'I' | b'|' | b'l'))
        || text.contains("rn")
        || text.contains("vv")
}

/// A text in lower case with the Latin letters that its foreign ones look like, and without what does not show. ASCII stays as it is.
pub(super) fn latin_shape(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let visible: String = text.chars().filter(|&character| !is_invisible(character)).collect();
    let mut out = String::with_capacity(visible.len());
    for character in visible.nfkc().flat_map(char::to_lowercase) {
        match character {
            _ if character.is_ascii() => out.push(character),
            '\u{138}' => out.push('k'),
            '。' => out.push('.'),
            _ => out.extend(skeleton(character.encode_utf8(&mut [0; 4])).flat_map(char::to_lowercase)),
        }
    }
    // UTS 39 takes the small Cyrillic k for a kra, not for the Latin letter that it is drawn like.
    out.replace('\u{138}', "k")
}

/// UTS 39's skeleton, normalised. Capital letters keep their shape while it is made: a capital I passes for an l, a small i does not.
#[must_use]
pub fn skeleton_of(text: &str) -> String {
    let mut out = String::new();
    if text.is_ascii() {
        // What UTS 39 says of ASCII, without its tables.
        let mut shape = String::with_capacity(text.len() + 8);
        for byte in text.bytes() {
            match byte {
                b'0' => shape.push('O'),
                b'1' | b'I' | b'|' => shape.push('l'),
                b'm' => shape.push_str("rn"),
                b'v' if shape.ends_with('v') => {
                    shape.pop();
                    shape.push('w');
                }
                byte => shape.push(char::from(byte)),
            }
        }
        normalise_into(&shape, &mut out);
        return out;
    }
    let visible: String = text.chars().filter(|&character| !is_invisible(character)).collect();
    let shape: String = skeleton(&visible).collect();
    // UTS 39 takes the small Cyrillic k for a kra, not for the Latin letter that it is drawn like.
    normalise_into(&shape.replace("vv", "w").replace('\u{138}', "k"), &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Names {
        let mut names = Names::default();
        for (id, name) in (0..).zip(list) {
            names.add(name, id, Use::Party);
        }
        names.finish();
        names
    }

    fn party(names: &Names, text: &str) -> Vec<IdentifierId> {
        let mut hits = Vec::new();
        names.party(text, false, Strength::Declared, &mut hits);
        hits.iter().map(|hit| hit.identifier).collect()
    }

    #[test]
    fn a_party_matches_as_a_whole_or_as_leading_words() {
        let names = names(&["Kaspersky", "Kaspersky Lab", "Kaspersky Lab, Inc.", "ZTE", "卡巴斯基", "SMIC"]);
        let table: [(&str, &[IdentifierId]); 22] = [
            ("KASPERSKY", &[0]),
            ("AO Kaspersky Lab", &[1]),
            ("Kaspersky Lab, Inc.", &[2]),
            ("Kaspersky Lab UK Ltd.", &[1]),
            ("Kaspersky Labs", &[0]),
            ("KL (Kaspersky Lab)", &[1]),
            ("KasperskyLab", &[1]),
            ("Kaspersky™ Lab", &[1]),
            ("Kasper\0sky Lab", &[1]),
            ("Acme, Kaspersky Lab", &[1]),
            ("Closed Joint-Stock Company Kaspersky Lab", &[1]),
            ("Acme and Kaspersky Lab", &[1]),
            ("Eugene Kaspersky Fan Club", &[]),
            ("Kasperski Software", &[]),
            ("ZTE Corporation", &[3]),
            ("ZTE", &[3]),
            ("ZTE Fans", &[]),
            ("Aztec", &[]),
            ("cosmiconfig", &[]),
            ("卡巴斯基实验室", &[4]),
            ("我的卡巴斯基", &[]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(party(&names, text), expected, "{text}");
        }
    }

    #[test]
    fn places_trades_and_persons_are_told_apart() {
        let mut names = names(&["Huawei", "Huawei Technologies", "ZTE", "DJI", "Hikvision", "字节跳动"]);
        names.add("Dahua", 6, Use::Whole);
        let table: [(&str, &[IdentifierId]); 19] = [
            ("Hangzhou Hikvision Digital", &[4]),
            ("Shenzhen ZTE Ltd", &[2]),
            ("北京字节跳动网络技术有限公司", &[5]),
            ("ZTE (USA) Inc.", &[2]),
            ("ZTE Telecom India Private Limited", &[2]),
            ("DJI Europe B.V.", &[3]),
            ("SZ DJI Technology Co., Ltd.", &[3]),
            ("DJI Fans", &[]),
            ("Huawei Wang", &[]),
            ("Huawei Xie", &[]),
            ("Huawei Wang Ltd", &[0]),
            ("Huawei Technologies Sweden AB", &[1]),
            ("Dahua", &[6]),
            ("DAHUA Inc.", &[6]),
            ("Hangzhou Dahua", &[6]),
            ("Dahua Lin", &[]),
            ("Dahua Electronics", &[]),
            ("Dahua Europe B.V.", &[6]),
            ("Shanghai", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(party(&names, text), expected, "{text}");
        }
        for text in ["H.u.a.w.e.i", "Z.T.E. Corporation"] {
            let mut hits = Vec::new();
            names.torn(text, &mut hits);
            assert_eq!(hits.len(), 1, "{text}");
        }
    }

    #[test]
    fn mentions_are_runs_of_whole_words() {
        let names = names(&["Kaspersky Lab", "Hangzhou Hikvision Digital", "ZTE", "卡巴斯基"]);
        let mentions = |text| {
            let mut hits = Vec::new();
            names.mentions(text, &mut hits);
            hits.len()
        };
        assert_eq!(mentions("works with KASPERSKY lab's engine and kaspersky lab"), 1);
        assert_eq!(mentions("kaspersky"), 0);
        assert_eq!(mentions("by Hangzhou-Hikvision_Digital Ltd"), 1);
        assert_eq!(mentions("ZTE modem"), 0);
        assert_eq!(mentions("naïve Kaspersky Lab"), 1);
        assert_eq!(mentions("使用卡巴斯基引擎"), 1);
        assert_eq!(mentions("kasperskylab"), 1);
        assert_eq!(mentions("kasperskylabs"), 0);
    }

    #[test]
    fn borrowed_letters_are_seen() {
        let names = names(&["Kaspersky Lab", "Kaspersky"]);
        let lookalikes = |text| {
            let mut hits = Vec::new();
            names.lookalikes(text, &mut hits);
            hits.len()
        };
        for text in ["K\u{430}spersky Lab", "Kaspersky Iab", "Каѕреrѕку", "Kaspersky 1ab Ltd", "Kаspersky Lab UK"] {
            assert_eq!(lookalikes(text), 1, "{text}");
        }
        for text in ["Marnmoth IO 10 |vv", "vvvI1"] {
            let plain: String = skeleton(text).collect();
            assert_eq!(skeleton_of(text), normalised(&plain.replace("vv", "w")), "{text}");
        }
        for text in ["Kaspersky Lab", "Касперский", "Kasperl", "Jasper", ""] {
            assert_eq!(lookalikes(text), 0, "{text}");
        }
    }
}
