using Xunit;

namespace SuperMail.Dispatch.Tests.Addresses;

public class EmailAddressTests
{
    [Theory]
    [InlineData("bob@example.com", "bob", "example.com")]
    [InlineData("Bob.O'Brien+tag@Example.COM", "Bob.O'Brien+tag", "example.com")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~", "example.com")]
    [InlineData("a@localhost", "a", "localhost")]
    [InlineData("a@1and1.de", "a", "1and1.de")]
    [InlineData("a@3.14.xn--p1ai", "a", "3.14.xn--p1ai")]
    [InlineData("\"a b\"@example.com", "\"a b\"", "example.com")]
    [InlineData("\"a@x y\"@example.com", "\"a@x y\"", "example.com")]
    [InlineData("\"a\\\"b\\\\\"@example.com", "\"a\\\"b\\\\\"", "example.com")]
    [InlineData("a@[192.0.2.1]", "a", "[192.0.2.1]")]
    [InlineData("a@[IPv6:2001:DB8::1]", "a", "[IPv6:2001:db8::1]")]
    [InlineData("a@[ipv6:::ffff:192.0.2.1]", "a", "[IPv6:::ffff:192.0.2.1]")]
    public void An_addr_spec_is_taken_and_its_local_part_is_never_altered(string text, string localPart, string domain)
    {
        var address = EmailAddress.Parse(text);
        Assert.Equal(localPart, address.LocalPart);
        Assert.Equal(domain, address.Domain);
        Assert.False(address.NeedsSmtpUtf8);
        Assert.Equal($"{localPart}@{domain}", address.ToString());
    }

    [Theory]
    [InlineData("bjørn@example.com", true, "example.com")]
    [InlineData("用户@例子.广告", true, "xn--fsqu00a.xn--4rr70v")]
    [InlineData("\"bjørn b\"@example.com", true, "example.com")]
    [InlineData("bob@bücher.example", false, "xn--bcher-kva.example")]
    [InlineData("bob@BÜCHER.example", false, "xn--bcher-kva.example")]
    [InlineData("bob@XN--BCHER-KVA.example", false, "xn--bcher-kva.example")]
    [InlineData("bob@example。com", false, "example.com")]
    public void Internationalised_addresses_have_A_labels_and_say_when_SMTPUTF8_is_needed(string text, bool needsSmtpUtf8, string domain)
    {
        var address = EmailAddress.Parse(text);
        Assert.Equal(needsSmtpUtf8, address.NeedsSmtpUtf8);
        Assert.Equal(domain, address.Domain);
    }

    [Theory]
    // Nothing, or no whole address
    [InlineData(null), InlineData(""), InlineData(" "), InlineData("bob"), InlineData("@example.com"), InlineData("bob@"), InlineData("bob@@example.com")]
    // Address confusion: GHSA-mm7p-fcc7-pg87, CVE-2019-16056, CVE-2023-27043
    [InlineData("(c)bob@example.com"), InlineData("bob(c)@example.com"), InlineData("bob@example.com(c)"), InlineData("bob@(c)example.com")]
    [InlineData("\"a@x y\"@z@example.com"), InlineData("bob@evil.example@example.com"), InlineData("\"a\"b@example.com"), InlineData("a\"b\"@example.com")]
    [InlineData("bob@example.com, eve@example.com"), InlineData("bob@example.com,eve@example.com"), InlineData("bob@example.com;eve@example.com")]
    [InlineData("Bob <bob@example.com>"), InlineData("<bob@example.com>"), InlineData("\"Bob\" <bob@example.com>"), InlineData("group:bob@example.com;")]
    [InlineData("@relay.example:bob@example.com"), InlineData("<@relay.example:bob@example.com>"), InlineData("mailto:bob@example.com ")]
    [InlineData("=?utf-8?Q?bob?=@example.com"), InlineData("=?x?q?=41=42?=@example.com"), InlineData("a=?utf-8?Q?x?=b@example.com"), InlineData("\"=?utf-8?Q?x?=\"@example.com")]
    // Blanks
    [InlineData(" bob@example.com"), InlineData("bob@example.com "), InlineData("bob @example.com"), InlineData("bo b@example.com"), InlineData("bob@ example.com"), InlineData("bob@exa mple.com")]
    [InlineData("bob\u00A0x@example.com"), InlineData("bob\u2028@example.com"), InlineData("bob@example\u00A0.com")]
    // Control characters: CVE-2026-30227, CVE-2025-7962
    [InlineData("bob\r\n@example.com"), InlineData("bob@example.com\r\nRCPT TO:<eve@evil.example>"), InlineData("\"bob\r\n\"@example.com"), InlineData("\"bob\\\r\"@example.com")]
    [InlineData("bob\0@example.com"), InlineData("\"a\tb\"@example.com"), InlineData("bob\u007f@example.com"), InlineData("bob\u0085@example.com"), InlineData("\"\u009f\"@example.com"), InlineData("bob@exam\u0001ple.com"), InlineData("bob@exämple\n.com")]
    // ESMTP parameters: GHSA-wpwj-69cm-q9c5
    [InlineData("bob@example.com> ORCPT=rfc822;x"), InlineData("bob@example.com ORCPT=x"), InlineData("\"bob\" SIZE=1@example.com")]
    // Dots and quotes
    [InlineData(".bob@example.com"), InlineData("bob.@example.com"), InlineData("b..b@example.com"), InlineData("\"\"@example.com"), InlineData("\"bob@example.com"), InlineData("\"bob\\\"@example.com"), InlineData("bob\\@example.com")]
    // Domains
    [InlineData("a@example.com."), InlineData("a@.example.com"), InlineData("a@example..com"), InlineData("a@-example.com"), InlineData("a@example-.com"), InlineData("a@ex_ample.com"), InlineData("a@example.com/x"), InlineData("a@."), InlineData("a@exa%6dple.com")]
    [InlineData("a@xn--.com"), InlineData("a@xn--a.com"), InlineData("a@xn--bcher-kva-.com"), InlineData("a@xn--example-.com"), InlineData("a@xn--zzzzzzzzzzz99999.com")]
    [InlineData("a@exam℀ple.com"), InlineData("a@ex⑴ample.com"), InlineData("a@x@y.com"), InlineData("a@ex\u200Eample.com"), InlineData("a@bü_cher.example")]
    // Literals
    [InlineData("a@1.2.3.4"), InlineData("a@[1.2.3]"), InlineData("a@[1.2.3.4.5]"), InlineData("a@[01.2.3.4]"), InlineData("a@[0x1.2.3.4]"), InlineData("a@[256.1.1.1]"), InlineData("a@[1.2.3.4"), InlineData("a@1.2.3.4]"), InlineData("a@[]"), InlineData("a@["), InlineData("a@[::1]"), InlineData("a@[IPv6:1.2.3.4]"), InlineData("a@[IPv6:fe80::1%eth0]"), InlineData("a@[IPv6:[::1]]"), InlineData("a@[x:y]"), InlineData("a@[1.2.3.4].com")]
    public void What_is_not_one_addr_spec_is_refused_by_a_rule_that_does_not_repeat_it(string? text)
    {
        Assert.False(EmailAddress.TryParse(text, out var address, out var error));
        Assert.Null(address);
        Assert.DoesNotContain("bob", error);
        Assert.DoesNotContain("eve", error);
        Assert.EndsWith(".", error);
        Assert.Equal(error, text is null ? error : Assert.Throws<FormatException>(() => EmailAddress.Parse(text)).Message);
    }

    [Fact]
    public void A_lone_surrogate_is_refused()
    {
        foreach (var text in new[] { "b\uD800b@example.com", "\"\uDC00\"@example.com", "b@exa\uD800mple.com", "bob@ex\uDC00.com" })
        {
            Assert.False(EmailAddress.TryParse(text, out _, out var error));
            Assert.NotEmpty(error);
        }
    }

    [Theory]
    [InlineData(64, "example.com", true)]
    [InlineData(65, "example.com", false)]
    public void A_local_part_has_at_most_64_octets(int length, string domain, bool taken)
    {
        Assert.Equal(taken, EmailAddress.TryParse(new string('x', length) + "@" + domain, out _, out _));
        Assert.Equal(taken, EmailAddress.TryParse('"' + new string('x', length - 2) + "\"@" + domain, out _, out _));
        Assert.Equal(taken, EmailAddress.TryParse(new string('é', (length + 1) / 2) + "@" + domain, out _, out _));
    }

    [Fact]
    public void A_label_has_at_most_63_octets() => Assert.Equal(
        (true, false),
        (EmailAddress.TryParse($"a@{new string('x', 63)}.com", out _, out _), EmailAddress.TryParse($"a@{new string('x', 64)}.com", out _, out _)));

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void An_address_has_at_most_254_octets(int length, bool taken)
    {
        var label = new string('x', 62) + ".";
        var tail = string.Concat(Enumerable.Repeat(label, 3)) + "com";
        Assert.Equal(taken, EmailAddress.TryParse($"{new string('a', length - tail.Length - 1)}@{tail}"[..], out _, out _));
    }

    [Fact]
    public void An_address_is_measured_with_its_A_labels()
    {
        var label = new string('ü', 44) + ".";
        Assert.False(EmailAddress.TryParse($"{new string('a', 60)}@{string.Concat(Enumerable.Repeat(label, 4))}com", out _, out _));
    }

    [Fact]
    public void A_refused_domain_is_not_remembered_and_a_remembered_one_is_the_same()
    {
        Assert.False(EmailAddress.TryParse("a@example-.org", out _, out _));
        Assert.False(EmailAddress.TryParse("a@example-.org", out _, out _));
        Assert.Same(EmailAddress.Parse("a@Cached.Example").Domain, EmailAddress.Parse("b@cached.example").Domain);
    }

    [Fact]
    public void Duplicates_differ_at_most_in_letter_case_and_IDN_form()
    {
        var address = EmailAddress.Parse("Bob@bücher.example");
        Assert.Equal(address, EmailAddress.Parse("bOB@XN--bcher-kva.EXAMPLE"));
        Assert.Equal(address.GetHashCode(), EmailAddress.Parse("bOB@XN--bcher-kva.EXAMPLE").GetHashCode());
        Assert.NotEqual(address, EmailAddress.Parse("bob.x@bücher.example"));
    }

    [Fact]
    public void A_megabyte_of_hostile_text_is_refused_at_once()
    {
        foreach (var unit in new[] { "\"", "\\\"", "(", "a.", "a@", "[", "<", "é", "=?" })
        {
            Assert.False(EmailAddress.TryParse(string.Concat(Enumerable.Repeat(unit, 500_000)) + "@example.com", out _, out var error));
            Assert.Equal("An address may have at most 254 octets (RFC 5321 §4.5.3.1.3).", error);
        }
    }
}
