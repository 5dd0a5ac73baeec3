#!/usr/bin/env python3
"""Writes policies/catalogue/prc-1260h-2026.toml from the names of the section 1260H list.

Usage: python3 scripts/catalogue/1260h.py > policies/catalogue/prc-1260h-2026.toml

The input, tests/law/1260h-2026-06-08.tsv, has one row per listed name: name, the short name that the notice gives, the company
that it is listed under. Companies that another catalog file describes are left out here (KNOWN); their names stand there.
The number of rows is checked: a list that lost rows fails instead of shrinking the catalog.
"""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
COMPANIES, SUBSIDIARIES = 80, 108

# Listed companies that another catalog file describes: the id there.
KNOWN = {
    "360 Security Technology Inc.": "qihoo-360",
    "Alibaba Group Holding Limited": "alibaba",
    "Autel Intelligent Technology Corp., Ltd.": "autel",
    "Autel Robotics Co., Ltd.": "autel-robotics",
    "Baicells Technologies Co., Ltd.": "baicells",
    "Baidu, Inc.": "baidu",
    "Beijing Zhidao Chuangyu Information Technology Co., Ltd.": "knownsec",
    "BOE Technology Group Company Limited": "boe",
    "BYD Company Limited": "byd",
    "CETC Cyberspace Security Technology Co., Ltd.": "cetc-cyber",
    "ChangXin Memory Technologies, Inc.": "cxmt",
    "China Mobile Communications Group Co., Ltd.": "china-mobile",
    "China Telecom Group Co., Ltd.": "china-telecom",
    "China United Network Communications Group Co., Ltd.": "china-unicom",
    "CloudWalk Technology Co., Ltd.": "cloudwalk",
    "Dawning Information Industry Co., Ltd. (Sugon)": "sugon",
    "Global Tone Communication Technology Co., Ltd.": "gtcom",
    "Hangzhou Hikvision Digital Technology Co., Ltd.": "hikvision",
    "Hangzhou Yushu Technology Co., Ltd.": "unitree",
    "Hesai Group": "hesai",
    "Huawei Investment & Holding Co., Ltd.": "huawei-holding",
    "Inspur Group Co., Ltd.": "inspur",
    "NetPosa Technologies, Ltd.": "netposa",
    "NIO, Inc.": "nio",
    "Quectel Wireless Solutions Co., Ltd.": "quectel",
    "Robosense Technology Co., Ltd.": "robosense",
    "Semiconductor Manufacturing International Corporation": "smic",
    "SenseTime Group, Inc.": "sensetime",
    "Shanghai Yitu Network Technology Co., Ltd.": "yitu",
    "Shenzhen DJI Technology Co., Ltd.": "dji",
    "Tencent Holdings Limited": "tencent",
    "TP-Link Technologies Co., Ltd.": "tp-link",
    "Yangtze Memory Technologies Co., Ltd.": "ymtc",
    "Zhejiang Dahua Technology Co., Ltd.": "dahua",
    "Zhongji Innolight Co., Ltd.": "innolight",
}
# Listed subsidiaries whose names another file has: by the company that they are listed under, all of them but these.
NOT_ELSEWHERE = {"Beijing Telecom Planning and Designing Institute Company Limited"}

# Short names of the notice that are other organizations' names too. They count as a whole only, and only ask for review.
AMBIGUOUS = {
    "BGI", "CCA", "CCCC", "CCCG", "CCTC", "CEC", "CGN", "COMEC", "CSGC", "CSSC", "CSTC", "CTG", "FGI", "MGI", "M&S Electronics",
}
# Short names that are the beginning of the whole name and are met by it anyway.
REDUNDANT = {"AVIC Shenyang"}


def country(name, parent):
    """The country, where the name says it: an American subsidiary is not Chinese, and where it sits is not always known."""
    if re.search(r"\b(USA|US|America|Americas)\b", name):
        return "US"
    if "Pty" in name:
        return "AU"
    if parent and re.search(r"\b(Inc\.|LLC|S\.L\.U)", name):
        return None
    return "CN"


SOURCE = "section 1260H list of 2026-06-08, 91 FR 35189 (2026-06-10)"
FORMS = r"\b(Co|Company|Corp|Corporation|Inc|Ltd|Limited|LLC|PLC|Pty|S\.L\.U|Group|Holding|Holdings|The)\b\.?"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def identifier(name, alias, taken):
    for text in ([alias] if alias and len(alias) < len(name) else []) + [name, name + " 2"]:
        bare = re.sub(FORMS, " ", text.replace("\u2019", "").replace("&", " and "))
        slug = "-".join(re.findall(r"[a-z0-9]+", bare.lower()))
        if slug not in taken:
            break
    taken.add(slug)
    return slug


def main():
    rows = []
    with open(os.path.join(ROOT, "tests", "law", "1260h-2026-06-08.tsv"), encoding="utf-8") as table:
        next(table)
        rows = [(line.rstrip("\n").split("\t") + ["", ""])[:3] for line in table]
    companies = [row for row in rows if not row[2]]
    if (len(companies), len(rows) - len(companies)) != (COMPANIES, SUBSIDIARIES):
        sys.exit(f"expected {COMPANIES} companies and {SUBSIDIARIES} subsidiaries, found {len(companies)} and {len(rows) - len(companies)}")
    # The notice writes "Ltd." of a company where it stands alone, and ", Ltd." where it is a parent.
    key = lambda name: re.sub(r"[^a-z0-9]", "", name.lower())
    taken, ids, entities, links, examples = set(KNOWN.values()), {key(name): known for name, known in KNOWN.items()}, [], [], []
    ordered = companies + [row for row in rows if row[2]]
    for name, alias, parent in ordered:
        if key(name) in ids or (parent and key(parent) in {key(n) for n in KNOWN} and name not in NOT_ELSEWHERE):
            continue
        own = identifier(name, alias, taken)
        ids[key(name)] = own
        source = SOURCE + (f": listed under {parent}" if parent else "")
        lines = ["[[entity]]", f"id      = {quoted(own)}", f"name    = {quoted(name)}"]
        if country(name, parent):
            lines.append(f"country = {quoted(country(name, parent))}")
        lines.append(f"source  = {quoted(source)}")
        aliases = []
        # A short name that is the name without its legal form needs no entry.
        if alias and alias not in REDUNDANT and re.sub(FORMS.replace("Group|Holding|Holdings|The", "LP") + r"|[ ,.]", "", name) != re.sub("[ ,.]", "", alias):
            if alias in AMBIGUOUS:
                aliases.append(f"{{ value = {quoted(alias)}, whole = true, source = {quoted('short name in the notice; other organizations have it too')}, confirmed = false }}")
            else:
                aliases.append(quoted(alias))
        if aliases:
            lines.append("aliases = [" + ", ".join(aliases) + "]")
        entities.append("\n".join(lines))
        if parent:
            owner = ids[key(parent)]
            links.append("\n".join(["[[ownership]]", f"owner  = {quoted(owner)}", f"owned  = {quoted(own)}", 'kind   = "control"', f"source = {quoted(SOURCE + ': named as its subsidiary')}"]))
        examples.append((name, "prohibited"))
        if alias and alias not in REDUNDANT:
            examples.append((alias, "review" if alias in AMBIGUOUS else "prohibited"))
    print(HEAD)
    print("\n\n".join(entities))
    print("\n\n# === Named in the notice under another company ============================================================================\n")
    print("\n\n".join(links))
    print(CETC)
    print("\n\n# === Examples: the policies that extend this file are tried by them ========================================================\n")
    print("\n\n".join(f"[[example]]\nsubject = {{ name = \"x\", supplier = {quoted(name)} }}\nexpect  = {quoted(expect)}" for name, expect in examples))
    print(f"\n# {len(entities)} entities here; ids of the companies: " + " ".join(ids[key(row[0])] for row in companies), file=sys.stderr)


HEAD = """# The rest of the section 1260H list of June 2026.
#
# Written by scripts/catalogue/1260h.py: edit the script, or the list that it reads, and run it again.
#
# Every name of the list of 2026-06-08 (80 companies, 108 subsidiaries) that no other file of this catalog has: names only. The names
# are a database's transcription of the notice, one row per name; its count of companies is the notice's own.
#
# An entry with `confirmed = false` has no source that settles it: it never prohibits, it only asks a person to look.

schema = 1
extends = ["catalogue/carriers", "catalogue/surveillance"]

[policy]
id           = "makers-prc-1260h-2026"
title        = "The rest of the section 1260H list of June 2026"
reviewed     = 2026-11-27
review-every = "90 days"

"""

CETC = """
# The shareholder of Hikvision: CETHIK holds it for CETC, which is listed itself.
[[ownership]]
owner  = "cetc"
owned  = "cethik"
kind   = "control"
source = "copies of Wikipedia \\"Hikvision\\": CETHIK Group, of CETC"
"""

main()
