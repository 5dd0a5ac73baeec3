//! Words that stand beside a company's name and do not change whose it is, and words that make a person's name of it.

use super::cost::spend;

/// Places that companies carry in front of their names, or behind them; normalised.
const PLACES: [&str; 121] = [
    "africa",
    "america",
    "americas",
    "anhui",
    "anz",
    "apac",
    "asia",
    "australia",
    "austria",
    "beijing",
    "belarus",
    "belgium",
    "benelux",
    "brasil",
    "brazil",
    "bulgaria",
    "canada",
    "changsha",
    "changzhou",
    "chengdu",
    "china",
    "chongqing",
    "cis",
    "czech",
    "dach",
    "dalian",
    "denmark",
    "deutschland",
    "dongguan",
    "dubai",
    "egypt",
    "emea",
    "espana",
    "europe",
    "european",
    "finland",
    "foshan",
    "france",
    "fujian",
    "fuzhou",
    "germany",
    "global",
    "greece",
    "guangdong",
    "guangzhou",
    "hangzhou",
    "harbin",
    "hebei",
    "hefei",
    "henan",
    "hongkong",
    "hubei",
    "huizhou",
    "hunan",
    "hungary",
    "iberia",
    "india",
    "indonesia",
    "iran",
    "ireland",
    "israel",
    "italia",
    "italy",
    "japan",
    "jiangsu",
    "jiaxing",
    "jinan",
    "kazakhstan",
    "korea",
    "kunshan",
    "latam",
    "malaysia",
    "me",
    "mea",
    "mexico",
    "moscow",
    "nanjing",
    "netherlands",
    "ningbo",
    "nordic",
    "nordics",
    "north",
    "norway",
    "pakistan",
    "philippines",
    "poland",
    "polska",
    "portugal",
    "qingdao",
    "romania",
    "russia",
    "shandong",
    "shanghai",
    "shenyang",
    "shenzhen",
    "sichuan",
    "singapore",
    "south",
    "southeast",
    "spain",
    "suzhou",
    "sweden",
    "switzerland",
    "sz",
    "taiwan",
    "thailand",
    "tianjin",
    "turkey",
    "uae",
    "uk",
    "ukraine",
    "us",
    "usa",
    "vietnam",
    "wuhan",
    "wuxi",
    "xiamen",
    "xian",
    "zhejiang",
    "zhengzhou",
    "zhuhai",
];

/// The same in Han characters, each a word of its own, the longer ones first.
const HAN_PLACES: [&str; 30] = [
    "深 圳 市",
    "北 京 市",
    "上 海 市",
    "广 州 市",
    "杭 州 市",
    "东 莞 市",
    "成 都 市",
    "武 汉 市",
    "南 京 市",
    "苏 州 市",
    "天 津 市",
    "重 庆 市",
    "浙 江 省",
    "广 东 省",
    "深 圳",
    "北 京",
    "上 海",
    "广 州",
    "杭 州",
    "东 莞",
    "成 都",
    "武 汉",
    "南 京",
    "苏 州",
    "天 津",
    "重 庆",
    "浙 江",
    "广 东",
    "西 安",
    "中 国",
];

/// What companies say that they do.
const TRADES: [&str; 47] = [
    "business",
    "care",
    "cloud",
    "commerce",
    "communication",
    "communications",
    "computing",
    "consumer",
    "corporate",
    "device",
    "devices",
    "digital",
    "electric",
    "electronics",
    "energy",
    "engineering",
    "enterprise",
    "enterprises",
    "group",
    "holding",
    "holdings",
    "industries",
    "industry",
    "information",
    "innovation",
    "innovations",
    "institute",
    "international",
    "investment",
    "lab",
    "labs",
    "manufacturing",
    "microelectronics",
    "network",
    "networks",
    "private",
    "research",
    "sales",
    "semiconductor",
    "semiconductors",
    "service",
    "services",
    "software",
    "systems",
    "team",
    "technologies",
    "technology",
];

/// Further ones, which are abbreviations.
const MORE_TRADES: [&str; 7] = ["equipment", "solutions", "supply", "tech", "telecom", "terminal", "trading"];

/// Frequent family names, Chinese ones first of all, as they are written in Latin letters. What is a word of company names, too, is not here.
#[rustfmt::skip]
const SURNAMES: [&str; 446] = [
    "adams", "ahn", "ali", "almeida", "andersen", "anderson", "andersson", "ao", "bai", "bakker", "ban", "bao", "bauer", "becker", "bei",
    "bennett", "bertrand", "bi", "bian", "bianchi", "bie", "bo", "braun", "brown", "bruno", "bu", "bui", "cai", "campbell", "cao", "cen",
    "chai", "chan", "chang", "chao", "chen", "cheng", "cheung", "chia", "chiang", "chiu", "cho", "choi", "chou", "chow", "christensen",
    "chu", "chuang", "chung", "clark", "collins", "colombo", "cong", "costa", "cruz", "cui", "dai", "dang", "das", "davis", "deng",
    "devries", "diao", "diaz", "ding", "dong", "dou", "du", "duan", "dubois", "duong", "durand", "edwards", "eriksson", "esposito",
    "evans", "fan", "fang", "fei", "feng", "ferrari", "ferreira", "fischer", "flores", "fournier", "fu", "gallo", "gao", "garcia", "ge",
    "geng", "girard", "gomez", "gong", "gonzalez", "gou", "greco", "gu", "guan", "gui", "guo", "gupta", "gutierrez", "hai", "han",
    "hansen", "hao", "harris", "hartmann", "he", "heng", "hernandez", "hoang", "hoffmann", "hofmann", "hong", "hou", "howard", "hsiao",
    "hsieh", "hsu", "hu", "hua", "huan", "huang", "hughes", "huo", "huynh", "hwang", "ito", "ivanov", "jackson", "james", "jang",
    "jansen", "jenkins", "jensen", "ji", "jia", "jian", "jiang", "jiao", "jin", "jing", "johansen", "johansson", "johnson", "jones", "ju",
    "juan", "jung", "kang", "karlsson", "kato", "ke", "kelly", "khan", "kim", "ko", "kobayashi", "koch", "koh", "kong", "kowalski",
    "krueger", "kuang", "kumar", "kuo", "kuznetsov", "kwan", "kwok", "kwon", "kwong", "lai", "lam", "lan", "lang", "lange", "lao",
    "larsen", "larsson", "lau", "laurent", "lee", "lefebvre", "lei", "leng", "leroy", "leung", "lewis", "li", "liang", "liao", "lien",
    "lim", "lin", "ling", "linghu", "liu", "lo", "long", "lopez", "lou", "lu", "luan", "lui", "luo", "lv", "ly", "lyu", "ma", "mao",
    "marino", "martin", "martinez", "meijer", "meng", "meyer", "miao", "miller", "min", "ming", "mitchell", "mo", "moore", "morales",
    "moreau", "morgan", "morris", "mou", "mu", "mueller", "muller", "murphy", "myers", "nair", "nakamura", "nam", "nan", "nelson",
    "neumann", "ngo", "nguyen", "ni", "nie", "nielsen", "nilsson", "ning", "niu", "novak", "nowak", "oliveira", "olsen", "olsson", "ong",
    "ortiz", "ou", "ouyang", "pak", "pan", "pang", "patel", "pedersen", "pei", "peng", "pereira", "perez", "perry", "persson", "peterson",
    "petrov", "pham", "phan", "phillips", "pian", "popov", "powell", "pu", "qi", "qian", "qiang", "qiao", "qin", "qiong", "qiu", "qu",
    "ramirez", "rao", "reddy", "ren", "reyes", "ricci", "richardson", "richter", "rivera", "roberts", "robinson", "rodrigues",
    "rodriguez", "rogers", "romano", "rong", "rossi", "roux", "ruan", "rui", "russell", "russo", "sanchez", "sanders", "sang", "santos",
    "sato", "schmidt", "schneider", "schroeder", "schulz", "schwarz", "scott", "shah", "shan", "shang", "shangguan", "shao", "sharma",
    "shen", "sheng", "shi", "shih", "shu", "shui", "sidorov", "silva", "sima", "singh", "situ", "smirnov", "smit", "smith", "sokolov",
    "song", "souza", "stewart", "su", "sui", "sullivan", "sun", "suzuki", "svensson", "sze", "tai", "tam", "tan", "tanaka", "tang", "tao",
    "taylor", "teng", "thomas", "thompson", "tian", "tong", "torres", "tran", "tsai", "tsang", "tse", "tseng", "tsui", "tu", "tuan",
    "tung", "visser", "vo", "vu", "wagner", "wan", "wang", "watanabe", "watson", "weber", "wei", "wen", "weng", "williams", "wilson",
    "wisniewski", "wong", "wright", "wu", "xi", "xia", "xian", "xiang", "xiao", "xie", "xin", "xing", "xiong", "xu", "xuan", "xue", "xun",
    "yam", "yamamoto", "yan", "yang", "yao", "yap", "yau", "ye", "yee", "yeh", "yeung", "yi", "yin", "ying", "yip", "yong", "yoon",
    "yoshida", "you", "yu", "yuan", "yue", "yun", "zang", "zeng", "zha", "zhai", "zhan", "zhang", "zhao", "zhen", "zheng", "zhong",
    "zhou", "zhu", "zhuang", "zhuge", "zhuo", "zimmermann", "zong", "zou", "zu", "zuo",
];

/// Frequent given names.
#[rustfmt::skip]
const GIVEN_NAMES: [&str; 364] = [
    "aaron", "adam", "adrian", "ahmed", "akira", "alan", "albert", "alejandro", "alex", "alexander", "alexandra", "alexei", "alexey",
    "alice", "amanda", "amir", "amy", "ana", "anders", "andre", "andrea", "andreas", "andrei", "andrew", "andrey", "angela", "ann",
    "anna", "anne", "anthony", "antonio", "arjun", "arthur", "barbara", "ben", "benjamin", "bernd", "bob", "boris", "brian", "bruce",
    "carl", "carla", "carlos", "carol", "catherine", "charles", "chris", "christian", "christina", "christine", "christoph",
    "christopher", "claire", "clara", "claudia", "craig", "dan", "daniel", "daniela", "david", "deborah", "denis", "dennis", "diana",
    "diego", "dieter", "dmitri", "dmitry", "donald", "dong", "douglas", "edward", "elena", "eli", "elizabeth", "emily", "emma",
    "emmanuel", "eric", "erik", "eugene", "eva", "evgeny", "fabian", "fatima", "felix", "fernando", "florian", "francesco", "francisco",
    "frank", "franz", "fred", "gabriel", "gary", "george", "gerhard", "giovanni", "giulia", "gordon", "grace", "greg", "gregory", "guido",
    "gustavo", "hannah", "hans", "harald", "harry", "heather", "heiko", "helen", "helena", "henry", "hiroshi", "hugo", "ian", "igor",
    "ingrid", "irene", "irina", "isabel", "ivan", "jack", "jacob", "jakob", "jakub", "james", "jan", "jane", "janet", "jason", "javier",
    "jay", "jean", "jeff", "jeffrey", "jennifer", "jens", "jeremy", "jesse", "jessica", "jim", "joachim", "joan", "joe", "johan",
    "johannes", "john", "johnny", "jonas", "jonathan", "jorge", "jose", "josef", "joseph", "joshua", "juan", "juergen", "julia", "julian",
    "julie", "jun", "kai", "karen", "karin", "karl", "kate", "katherine", "keith", "ken", "kenji", "kenneth", "kevin", "klaus", "kristen",
    "kurt", "kyle", "lars", "laura", "lauren", "laurent", "lea", "lena", "leo", "leon", "leonardo", "lin", "linda", "lisa", "louis",
    "luca", "lucas", "lucy", "luis", "luke", "magnus", "manuel", "marc", "marco", "marcus", "margaret", "maria", "mariam", "marie",
    "mario", "mark", "markus", "marta", "martha", "martin", "martina", "mary", "mateo", "matt", "matthew", "matthias", "max", "maxim",
    "mehmet", "mei", "michael", "michaela", "michal", "michel", "michelle", "miguel", "mike", "mikhail", "miriam", "mohamed", "mohammad",
    "mohammed", "monica", "muhammad", "nadia", "nancy", "natalia", "natalie", "natalya", "nathan", "neil", "nicholas", "nick", "nicolas",
    "nicole", "niels", "nikita", "nikolai", "nina", "noah", "nora", "nubia", "olaf", "oleg", "olga", "oliver", "omar", "oscar", "otto",
    "pablo", "pascal", "patricia", "patrick", "paul", "paula", "pavel", "pedro", "per", "peter", "petra", "philip", "philipp", "pierre",
    "piotr", "priya", "rachel", "rafael", "rahul", "rainer", "raj", "ralf", "ralph", "raymond", "rebecca", "renate", "ricardo", "richard",
    "robert", "roberto", "robin", "roger", "roland", "roman", "ron", "rosa", "ruth", "ryan", "sam", "samantha", "samuel", "sandra",
    "sanjay", "sara", "sarah", "scott", "sean", "sebastian", "sergei", "sergey", "sergio", "simon", "sofia", "sonia", "sophie", "stefan",
    "stefano", "stephan", "stephanie", "stephen", "steve", "steven", "sunil", "susan", "susanne", "sven", "svetlana", "takashi", "tanja",
    "tatiana", "thomas", "tim", "timothy", "tobias", "tom", "tomas", "tony", "torsten", "ulrich", "ursula", "uwe", "valentina", "vera",
    "victor", "victoria", "vijay", "viktor", "vincent", "vladimir", "walter", "wei", "werner", "wilhelm", "william", "wolfgang", "xavier",
    "yan", "yuki", "yuri", "yusuf", "yvonne", "zhang", "zoe",
];

/// Words of those who deal with a vendor's products and are not the vendor.
const OTHERS: [&str; 24] = [
    "api",
    "authors",
    "bot",
    "bots",
    "club",
    "community",
    "communities",
    "contributor",
    "contributors",
    "developers",
    "downloader",
    "enthusiasts",
    "fan",
    "fans",
    "forum",
    "for",
    "friends",
    "maintainers",
    "unofficial",
    "user",
    "users",
    "volunteers",
    "watch",
    "wrapper",
];

/// Words in front of a name that say whose something is, and no more.
const ATTRIBUTIONS: [&str; 8] = ["by", "c", "copyright", "copyrighted", "from", "of", "r", "the"];

/// Providers who give anybody a mailbox: an address there says nothing of who made something, though the provider is a maker.
const MAILBOXES: [&str; 8] = ["139.com", "189.cn", "aliyun.com", "foxmail.com", "qq.com", "vip.189.cn", "vip.qq.com", "wo.cn"];

/// Whether everybody may have an address in this mail domain.
pub(super) fn gives_mailboxes(domain: &str) -> bool {
    MAILBOXES.iter().any(|provider| domain.eq_ignore_ascii_case(provider))
}

/// A normalised name without a place in front of it.
pub(super) fn without_place(name: &str) -> Option<&str> {
    if let Some((first, rest)) = name.split_once(' ')
        && PLACES.binary_search(&first).is_ok()
    {
        return Some(rest);
    }
    HAN_PLACES.iter().find_map(|place| name.strip_prefix(place)?.strip_prefix(' '))
}

/// Whether normalised words behind a name only say where a company is.
pub(super) fn is_where(words: &str) -> bool {
    words.split(' ').all(|word| PLACES.binary_search(&word).is_ok())
}

/// Whether normalised words behind a name only say where a company is, and what it does.
pub(super) fn is_where_and_what(words: &str) -> bool {
    words.split(' ').all(|word| {
        spend(word.len());
        [&PLACES[..], &TRADES, &MORE_TRADES].iter().any(|list| list.binary_search(&word).is_ok())
    })
}

/// Where the words at the end of a normalised name begin that only say where a company is, and what it does; its length if there are none.
pub(super) fn where_and_what_from(name: &str) -> usize {
    let mut from = name.len();
    for word in name.rsplit(' ') {
        if !is_where_and_what(word) {
            break;
        }
        // The first time there is no space behind the word.
        from = from.saturating_sub(word.len() + usize::from(from < name.len()));
    }
    from
}

/// Whether a word says what a company does; a team or a group may be anybody's.
pub(super) fn is_trade(word: &str) -> bool {
    !matches!(word, "team" | "group") && [&TRADES[..], &MORE_TRADES].iter().any(|list| list.binary_search(&word).is_ok())
}

/// Whether normalised words behind a vendor's name speak of others than the vendor: its users, its fans, who writes software for it.
pub(super) fn speaks_of_others(words: &str) -> bool {
    words.split(' ').any(|word| {
        spend(word.len());
        OTHERS.contains(&word)
    })
}

/// A normalised text without the words around a name that only attribute something to it: years, `the`, `by`, `copyright`, `all rights
/// reserved`. The second is whether it says that something else belongs to whoever is named: `a Kaspersky company`.
pub(super) fn without_attribution(text: &str) -> (&str, bool) {
    let is_year = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut core = text.strip_suffix("all rights reserved").unwrap_or(text).trim_end();
    let mut of_another = false;
    while let Some((first, rest)) = core.split_once(' ') {
        spend(first.len());
        match first {
            "a" | "an" => of_another = true,
            _ if ATTRIBUTIONS.contains(&first) || is_year(first) => {}
            _ => break,
        }
        core = rest;
    }
    while let Some((rest, last)) = core.rsplit_once(' ') {
        spend(last.len());
        match last {
            "subsidiary" | "brand" | "affiliate" => of_another = true,
            _ if is_year(last) => {}
            _ => break,
        }
        core = rest;
    }
    (core, of_another)
}

/// Whether a word is one or two syllables of Chinese in Latin letters, as given names are.
pub(super) fn is_pinyin(word: &str) -> bool {
    const LONG: usize = 12;
    (2..=LONG).contains(&word.len())
        && word.is_ascii()
        && (is_syllable(word) || (1..word.len()).any(|at| is_syllable(&word[..at]) && is_syllable(&word[at..])))
}

/// Whether letters are a syllable: some that are none pass, too.
fn is_syllable(letters: &str) -> bool {
    const INITIALS: [&str; 24] =
        ["", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s", "y", "w"];
    const FINALS: [&str; 36] = [
        "a", "o", "e", "i", "u", "v", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "ia", "ie", "iao", "iu", "ian", "in",
        "iang", "ing", "iong", "ua", "uo", "uai", "ui", "uan", "un", "uang", "ue", "ve", "io", "r",
    ];
    INITIALS.iter().any(|initial| letters.strip_prefix(initial).is_some_and(|rest| FINALS.contains(&rest)))
}

/// Whether a word is a frequent given name.
pub(super) fn is_given_name(word: &str) -> bool {
    GIVEN_NAMES.binary_search(&word).is_ok()
}

/// Whether a word is a family name.
pub(super) fn is_surname(word: &str) -> bool {
    SURNAMES.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(GIVEN_NAMES.is_sorted());
        assert!(PLACES.is_sorted() && TRADES.is_sorted() && MORE_TRADES.is_sorted() && SURNAMES.is_sorted());
    }

    #[test]
    fn places_and_trades_are_told_from_names() {
        assert_eq!(without_place("hangzhou hikvision"), Some("hikvision"));
        assert_eq!(without_place("深 圳 市 大 疆 创 新"), Some("大 疆 创 新"));
        assert_eq!(without_place("acme hangzhou"), None);
        assert!(is_where_and_what("telecom india") && !is_where_and_what("fans"));
        assert!(is_surname("xie") && !is_surname("technologies"));
    }
}
