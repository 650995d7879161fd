"""Writes the example numbers of every region as people do, each with what Debian's python3-phonenumbers reads in it.

One JSON line a form: the example number it was made of, and the library's own reading of it, null where it refuses.
"""
import json
import re
import sys

try:
    import phonenumbers
    from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType
except ImportError:
    sys.exit(3)

TYPES = {"mobile": PhoneNumberType.MOBILE, "fixed": PhoneNumberType.FIXED_LINE}
FULL_WIDTH = {ord(digit): chr(0xFF10 + int(digit)) for digit in "0123456789"}
ARABIC_INDIC = {ord(digit): chr(0x0660 + int(digit)) for digit in "0123456789"}


def forms(number, region):
    """Name of a form, and the number so written."""
    data = PhoneMetadata.metadata_for_region(region)
    code = str(number.country_code)
    national = phonenumbers.national_significant_number(number)
    trunk = data.national_prefix or ""
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    spoken = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    tail = international.removeprefix("+" + code).strip()
    digits = re.sub(r"\D", "", spoken)

    yield "e164", f"+{code}{national}"
    yield "international", international
    yield "international in blanks", f"  {international}\t"
    yield "no-break blanks", international.replace(" ", "\u00a0")
    yield "dots", international.replace(" ", ".").replace("-", ".")
    yield "slashes", international.replace(" ", "/")
    yield "non-breaking hyphens", international.replace(" ", "\u2011").replace("-", "\u2011")
    yield "en dashes", international.replace(" ", " \u2013 ")
    yield "full width", "\uff0b" + international[1:].translate(FULL_WIDTH)
    yield "arabic-indic digits", "+" + international[1:].translate(ARABIC_INDIC)
    yield "bidirectional marks", f"\u202a{international}\u202c"
    yield "code in parentheses", f"(+{code}) {tail}"
    yield "00", f"00{code}{national}"
    yield "00 with blanks", f"00 {code} {tail}"
    yield "00 and (0)", f"00{code} (0){tail}"
    yield "(0)", f"+{code} (0){tail}"
    yield "(0) with blank", f"+{code} (0) {tail}"
    if trunk:
        yield "trunk after code", f"+{code} {trunk} {tail}"
        yield "trunk", f"{trunk}{national}"
        yield "trunk in parentheses", f"({trunk}){tail}"
    yield "national", spoken
    yield "national digits", digits
    yield "national with hyphens", spoken.replace(" ", "-")
    yield "national full width", spoken.translate(FULL_WIDTH)
    yield "bare national", national
    yield "code without plus", f"{code}{national}"
    yield "code without plus, with blanks", f"{code} {tail}"
    prefix = (data.preferred_international_prefix or data.international_prefix).replace("~", "")
    if prefix.isdigit() and prefix != "00":
        yield "own international prefix", f"{prefix} {code} {tail}"


def reading(text, region):
    try:
        return phonenumbers.format_number(phonenumbers.parse(text, region), PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return None


for region in sorted(phonenumbers.SUPPORTED_REGIONS):
    for type_name, number_type in TYPES.items():
        number = phonenumbers.example_number_for_type(region, number_type)
        if number is None:
            continue
        for form, text in forms(number, region):
            print(json.dumps({
                "form": form,
                "type": type_name,
                "region": region,
                "code": str(number.country_code),
                "text": text,
                "written": phonenumbers.format_number(number, PhoneNumberFormat.E164),
                "read": reading(text, region),
            }))
