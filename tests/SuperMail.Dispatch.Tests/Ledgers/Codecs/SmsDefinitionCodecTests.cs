using SuperMail.Dispatch.Ledgers;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Codecs;

public sealed class SmsDefinitionCodecTests
{
    private static SmsDefinition Full { get; } = new()
    {
        Id = MailingId.Create(),
        Name = "Spring ж",
        FieldNames = ["FirstName", "Größe"],
        InDoubtPolicy = InDoubtPolicy.AssumeSent,
        Text = "Hello {{FirstName}}",
        TagStyle = TagStyle.Brackets,
        Sender = SmsSender.Parse("Example"),
        DefaultCountry = CountryCode.Parse("+44"),
        Encoding = SmsEncoding.Ucs2,
        SmartEncode = true,
        MaxSegments = 7,
        Validity = TimeSpan.FromMinutes(90),
        CallbackUrl = new Uri("https://host.example.org/receipts?x=1"),
        Priority = 3,
        Reference = "ref",
    };

    private static SmsDefinition Least { get; } = new() { Id = MailingId.Create(), Name = "n", FieldNames = [], Text = "t", MaxSegments = 1 };

    [Fact]
    public void A_definition_with_everything_and_one_with_nothing_are_read_back()
    {
        foreach (var given in new[] { Full, Least })
        {
            var found = Assert.IsType<SmsDefinition>(DefinitionCodec.Decode(DefinitionCodec.Encode(given)));
            Assert.Equal(given with { FieldNames = found.FieldNames }, found);
            Assert.Equal(given.FieldNames, found.FieldNames);
        }
    }

    [Fact]
    public void Texts_by_e_mail_are_read_back_with_their_rules()
    {
        var given = ByEmail(Full);
        var found = Assert.IsType<EmailDefinition>(DefinitionCodec.Decode(DefinitionCodec.Encode(given)));
        Assert.Equal("sms.example.net", found.Phones?.Domain);
        Assert.Equal(Full with { Id = given.Id, FieldNames = found.Phones!.Text.FieldNames }, found.Phones.Text);
        Assert.Equal(Full.FieldNames, found.Phones.Text.FieldNames);
    }

    [Fact]
    public void The_hash_tells_what_was_chosen_and_not_when()
    {
        Assert.Equal(Hash(Full), Hash(Full with { Id = MailingId.Create() }));
        Assert.Equal(9, new[]
        {
            Full, Full with { Text = "x" }, Full with { Sender = null }, Full with { DefaultCountry = null }, Full with { MaxSegments = 8 },
            Full with { SmartEncode = false }, Full with { Validity = null }, ByEmail(Full), (MailingDefinition)ByEmail(Full with { Text = "x" }),
        }.Select(Hash).Distinct().Count());
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_is_read_or_refused_by_name()
    {
        foreach (var blob in new[] { DefinitionCodec.Encode(Full).ToArray(), DefinitionCodec.Encode(ByEmail(Full)).ToArray() })
        {
            for (var at = 0; at < blob.Length; at++)
            {
                Assert.Throws<InvalidDataException>(() => DefinitionCodec.Decode(blob.AsMemory(0, at)));
                foreach (var value in new byte[] { 0, 1, 2, 0x7F, 0x80, 0xFF })
                {
                    var damaged = (byte[])blob.Clone();
                    damaged[at] = value;
                    try
                    {
                        DefinitionCodec.Decode(damaged);
                    }
                    catch (Exception fault) when (fault is InvalidDataException or NotSupportedException)
                    {
                    }
                }
            }
        }
    }

    private static string Hash(MailingDefinition definition) => Convert.ToHexString(DefinitionCodec.Hash(definition).Span);

    private static EmailDefinition ByEmail(SmsDefinition text) => new()
    {
        Id = text.Id,
        Name = text.Name,
        InDoubtPolicy = text.InDoubtPolicy,
        FieldNames = ["text"],
        Content = new TemplateContent { Subject = "", Text = "{{text}}" },
        From = EmailAddress.Parse("news@example.org"),
        Date = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Phones = new PhoneRoute("sms.example.net", text),
    };
}
