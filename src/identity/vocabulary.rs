//! Words that stand beside a company's name and do not change whose it is, and words that make a person's name of it.

/// Places that companies carry in front of their names, or behind them; normalised.
const PLACES: [&str; 78] = [
    "africa",
    "america",
    "americas",
    "apac",
    "asia",
    "australia",
    "austria",
    "beijing",
    "belgium",
    "brasil",
    "brazil",
    "canada",
    "changsha",
    "chengdu",
    "china",
    "chongqing",
    "dalian",
    "deutschland",
    "dongguan",
    "dubai",
    "emea",
    "espana",
    "europe",
    "european",
    "france",
    "fuzhou",
    "germany",
    "global",
    "guangdong",
    "guangzhou",
    "hangzhou",
    "hefei",
    "hongkong",
    "hungary",
    "india",
    "indonesia",
    "ireland",
    "italia",
    "italy",
    "japan",
    "jiangsu",
    "korea",
    "latam",
    "malaysia",
    "mexico",
    "nanjing",
    "netherlands",
    "ningbo",
    "nordic",
    "north",
    "pakistan",
    "poland",
    "polska",
    "qingdao",
    "russia",
    "shanghai",
    "shenzhen",
    "singapore",
    "south",
    "southeast",
    "spain",
    "suzhou",
    "sweden",
    "sz",
    "taiwan",
    "thailand",
    "tianjin",
    "turkey",
    "uae",
    "uk",
    "us",
    "usa",
    "vietnam",
    "wuhan",
    "wuxi",
    "xiamen",
    "xian",
    "zhejiang",
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

/// The most frequent Chinese family names, as they are written in Latin letters.
const SURNAMES: [&str; 108] = [
    "bai", "cai", "cao", "chang", "chao", "chen", "cheng", "chu", "cui", "dai", "deng", "ding", "dong", "du", "duan", "fan", "fang",
    "feng", "fu", "gao", "ge", "gong", "gu", "guo", "han", "hao", "he", "hong", "hou", "hu", "huang", "ji", "jia", "jiang", "jin", "kang",
    "kong", "lai", "lan", "lei", "li", "liang", "liao", "lim", "lin", "liu", "long", "lu", "luo", "lyu", "ma", "mao", "meng", "mo", "ni",
    "niu", "ong", "ou", "pan", "peng", "qi", "qian", "qiao", "qin", "qiu", "qu", "ren", "shao", "shen", "shi", "song", "su", "sun", "tan",
    "tang", "tao", "tian", "wan", "wang", "wei", "wen", "wong", "wu", "xia", "xiang", "xiao", "xie", "xing", "xiong", "xu", "xue", "yan",
    "yang", "yao", "ye", "yi", "yin", "yu", "yuan", "zeng", "zhan", "zhang", "zhao", "zheng", "zhong", "zhou", "zhu", "zou",
];

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
    words.split(' ').all(|word| [&PLACES[..], &TRADES, &MORE_TRADES].iter().any(|list| list.binary_search(&word).is_ok()))
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
