#!/usr/bin/env python3
"""Writes src/SuperMail.Dispatch/Addresses/NumberingTable.cs from public numbering data.

Needs Debian's package python3-phonenumbers, whose facts (Apache-2.0) it reads: for each country code the trunk prefixes,
the international prefix and the lengths of mobile numbers. Prints the file, so that a test can compare:

    /usr/bin/python3 tools/numbering_table.py > src/SuperMail.Dispatch/Addresses/NumberingTable.cs
"""
import re
import sys
from collections import defaultdict

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or later is needed: the pattern parser is re._parser there.")

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

MOST_TRUNKS = 5


def expand(pattern):
    """Every text that a pattern matches, or None when it captures, repeats or asks for any digit: then it is no list."""

    def texts(items):
        found = [""]
        for operation, argument in items:
            name = str(operation)
            if name == "LITERAL":
                more = [chr(argument)]
            elif name == "IN":
                if any(str(kind) != "LITERAL" and str(kind) != "RANGE" for kind, _ in argument):
                    return None
                more = [
                    chr(code)
                    for kind, value in argument
                    for code in ([value] if str(kind) == "LITERAL" else range(value[0], value[1] + 1))
                ]
            elif name == "BRANCH":
                branches = [texts(branch) for branch in argument[1]]
                if None in branches:
                    return None
                more = [text for branch in branches for text in branch]
            elif name == "SUBPATTERN" and argument[0] is None:
                more = texts(argument[3])
            elif name == "MAX_REPEAT" and (argument[0], int(argument[1])) == (0, 1):
                inner = texts(argument[2])
                more = None if inner is None else ["", *inner]
            else:
                return None
            if more is None:
                return None
            found = [text + tail for text in found for tail in more]
        return found

    return texts(re._parser.parse(pattern))


def first_digits(pattern):
    """The digits with which a text that the pattern matches may begin."""

    def first(items):
        found = set()
        for operation, argument in items:
            name = str(operation)
            if name == "LITERAL":
                return found | {chr(argument)}
            if name == "IN":
                for kind, value in argument:
                    if str(kind) == "LITERAL":
                        found.add(chr(value))
                    elif str(kind) == "RANGE":
                        found |= {chr(code) for code in range(value[0], value[1] + 1)}
                    else:
                        found |= set("0123456789")
                return found
            if name == "BRANCH":
                return found.union(*(first(branch) for branch in argument[1]))
            if name == "SUBPATTERN":
                return found | first(argument[3])
            if name == "MAX_REPEAT":
                found |= first(argument[2])
                if argument[0] > 0:
                    return found
                continue
            raise ValueError(f"{name} in {pattern}")
        return found

    return first(re._parser.parse(pattern))


def trunks_of(main):
    """The main trunk prefix first; then others that are dialled before a number. Carriers' selection codes are left out."""
    usual = main.national_prefix
    if usual is None:
        return ()
    others = expand(main.national_prefix_for_parsing or usual) or [usual]
    if len(others) > MOST_TRUNKS or "" in others:
        others = [usual]
    return tuple(sorted({usual, *others}, key=lambda text: (-len(text), text)))


def international_of(main):
    """What is dialled before a country code instead of 00; none where there are several and none is preferred.

    A lone 0 is left out: who writes it means a trunk prefix that is none.
    """
    text = (main.preferred_international_prefix or main.international_prefix or "").replace("~", "")
    return text if text.isdigit() and text not in ("0", "00") else ""


def plan_of(code, regions):
    every = [
        PhoneMetadata.metadata_for_nongeo_region(code) if region == "001" else PhoneMetadata.metadata_for_region(region)
        for region in regions
    ]
    lengths = {length for m in every if m.mobile for length in m.mobile.possible_length if length > 0}
    if not lengths:
        lengths = {length for m in every for length in m.general_desc.possible_length}
    trunks = trunks_of(every[0])
    beginnings = set().union(*(first_digits(m.general_desc.national_number_pattern) for m in every))
    ambiguous = any(trunk[0] in beginnings for trunk in trunks)
    return trunks, ambiguous, international_of(every[0]), tuple(sorted(lengths))


def main():
    plans = defaultdict(list)
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        plans[plan_of(code, regions)].append(code)
    print(HEAD.format(version=phonenumbers.__version__), end="")
    for (trunks, ambiguous, international, lengths), codes in sorted(plans.items(), key=lambda plan: min(plan[1])):
        trunk_list = ", ".join(f'"{trunk}"' for trunk in trunks)
        length_list = ", ".join(map(str, lengths))
        for start in range(0, len(codes), 24):
            code_list = ", ".join(map(str, sorted(codes)[start:start + 24]))
            print(f'        new([{trunk_list}], {str(ambiguous).lower()}, "{international}", [{length_list}], [{code_list}]),')
    print(TAIL, end="")


HEAD = """\
// Generated by tools/numbering_table.py from Debian's python3-phonenumbers {version}: change that, not this.
namespace SuperMail.Dispatch;

/// <summary>The numbering plans of the world, as far as reading a mobile number needs them.</summary>
internal static class NumberingTable
{{
    // Trunk prefixes, whether their first digit may also begin a number, international prefix besides 00,
    // digits of a mobile number without country code, country codes.
    public static readonly NumberingPlan[] Plans =
    [
"""

TAIL = """\
    ];
}
"""

if __name__ == "__main__":
    main()
