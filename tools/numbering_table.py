#!/usr/bin/env python3
"""Writes src/SuperMail.Dispatch/Addresses/NumberingTable.cs from public numbering data.

Needs Debian's package python3-phonenumbers, whose facts (Apache-2.0) it reads: for each country code the trunk prefixes,
the international prefix and the lengths of mobile numbers. Prints the file, so that a test can compare:

    /usr/bin/python3 tools/numbering_table.py > src/SuperMail.Dispatch/Addresses/NumberingTable.cs
"""
import re
import sys
from collections import defaultdict
from typing import NamedTuple

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or later is needed: the pattern parser is re._parser there.")

try:
    import phonenumbers
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
except ImportError:
    sys.exit(3)

MOST_TRUNKS = 5
CODES_A_ROW = 24


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


def beginnings(pattern, length):
    """What a text that the pattern matches may begin with: its first digits, at most so many."""

    def joined(heads, tails):
        return {(head + tail)[:length] for head in heads for tail in tails}

    def begin(items):
        found = {""}
        for operation, argument in items:
            if all(len(text) == length for text in found):
                return found
            name = str(operation)
            if name == "LITERAL":
                next_ones = {chr(argument)}
            elif name == "IN":
                next_ones = set()
                for kind, value in argument:
                    if str(kind) == "LITERAL":
                        next_ones.add(chr(value))
                    elif str(kind) == "RANGE":
                        next_ones |= {chr(code) for code in range(value[0], value[1] + 1)}
                    else:
                        next_ones |= set("0123456789")
            elif name == "BRANCH":
                next_ones = set().union(*(begin(branch) for branch in argument[1]))
            elif name == "SUBPATTERN":
                next_ones = begin(argument[3])
            elif name == "MAX_REPEAT":
                least, most, repeated = argument
                once = begin(repeated)
                next_ones, times = set(), {""}
                for time in range(min(int(most), length) + 1):
                    next_ones |= times if time >= min(least, length) else set()
                    times = joined(times, once)
            else:
                raise ValueError(f"{name} in {pattern}")
            found = joined(found, next_ones)
        return found

    return begin(re._parser.parse(pattern))


def may_begin(descriptions, text):
    return any(
        text.startswith(start)
        for description in descriptions
        if description and description.national_number_pattern
        for start in beginnings(description.national_number_pattern, len(text))
    )


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

    A lone 0 is left out: who writes it means a trunk prefix that is none. So is 009 where 0091 may also be 00 and India's
    code, which is what lists of numbers mean by it.
    """
    text = (main.preferred_international_prefix or main.international_prefix or "").replace("~", "")
    return text if text.isdigit() and text not in ("0", "00") and not means_00(text) else ""


def means_00(prefix):
    """Whether a prefix may also be read as 00 and the beginning of an international number."""
    if not prefix.startswith("00"):
        return False
    rest = prefix[2:]
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        national = rest.removeprefix(str(code))
        if str(code).startswith(rest):
            return True
        if national != rest and regions[0] != "001":
            if may_begin([PhoneMetadata.metadata_for_region(region).general_desc for region in regions], national):
                return True
    return False


class Plan(NamedTuple):
    trunks: tuple
    trunk_may_begin: bool
    code_may_begin: bool
    international: str
    lengths: tuple


def plan_of(code, regions):
    every = [
        PhoneMetadata.metadata_for_nongeo_region(code) if region == "001" else PhoneMetadata.metadata_for_region(region)
        for region in regions
    ]
    lengths = {length for m in every if m.mobile for length in m.mobile.possible_length if length > 0}
    if not lengths:
        lengths = {length for m in every for length in m.general_desc.possible_length}
    trunks = trunks_of(every[0])
    mobile = [m.mobile for m in every]
    return Plan(
        trunks,
        any(may_begin(mobile + [m.fixed_line for m in every], trunk[0]) for trunk in trunks or ("0",)),
        may_begin(mobile, str(code)),
        international_of(every[0]),
        tuple(sorted(lengths)),
    )


def main():
    plans = defaultdict(list)
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        plans[plan_of(code, regions)].append(code)
    print(HEAD.format(version=phonenumbers.__version__), end="")
    for plan, codes in sorted(plans.items(), key=lambda item: min(item[1])):
        trunks = ", ".join(f'"{trunk}"' for trunk in plan.trunks)
        lengths = ", ".join(map(str, plan.lengths))
        flags = f"{str(plan.trunk_may_begin).lower()}, {str(plan.code_may_begin).lower()}"
        for row in (sorted(codes)[start:start + CODES_A_ROW] for start in range(0, len(codes), CODES_A_ROW)):
            print(f'        new([{trunks}], {flags}, "{plan.international}", [{lengths}], [{", ".join(map(str, row))}]),')
    print(TAIL, end="")


HEAD = """\
// Generated by tools/numbering_table.py from Debian's python3-phonenumbers {version}: change that, not this.
namespace SuperMail.Dispatch;

/// <summary>The numbering plans of the world, as far as reading a mobile number needs them.</summary>
internal static class NumberingTable
{{
    // Trunk prefixes; whether their first digit may begin a number (0 where there are none); whether the country code may
    // begin a mobile number; international prefix besides 00; digits of a mobile number without country code; country codes.
    public static readonly NumberingPlan[] Plans =
    [
"""

TAIL = """\
    ];
}
"""

if __name__ == "__main__":
    main()
