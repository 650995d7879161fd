using System.Buffers;
using System.Text;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>Composes one message for a test.</summary>
internal static class Composed
{
    public static readonly DateTimeOffset Date = new(2026, 11, 21, 19, 20, 0, TimeSpan.FromHours(1));

    public static EmailDefinition Definition(
        EmailContent content, string? fromName = "Shop", string from = "news@example.com", string? envelopeFrom = null,
        string? replyTo = null) => new()
        {
            Id = MailingId.Parse("0193500000007000800000000000abcd"),
            Name = "a mailing",
            Content = content,
            FieldNames = TemplateFields.Collect(content, envelopeFrom, null),
            From = EmailAddress.Parse(from),
            FromName = fromName,
            ReplyTo = replyTo is null ? null : EmailAddress.Parse(replyTo),
            EnvelopeFrom = envelopeFrom,
            Date = Date,
        };

    public static ComposeInput Input(
        EmailDefinition definition, IReadOnlyDictionary<string, string?>? values = null, string to = "bob@example.org",
        string? name = null, long ordinal = 7, byte[]? raw = null) => new(
            ordinal, EmailAddress.Parse(to), name,
            [.. definition.FieldNames.Select(field => values?.GetValueOrDefault(field))], raw);

    public static string Message(EmailContent content, params (string Field, string? Value)[] values)
    {
        var definition = Definition(content);
        var input = Input(definition, values.ToDictionary(pair => pair.Field, pair => pair.Value, StringComparer.OrdinalIgnoreCase));
        using var buffer = new MessageBuffer();
        Assert.Null(MessageComposer.Create(definition).Compose(input, buffer));
        return Encoding.UTF8.GetString(Bytes(buffer));
    }

    public static string? Error(EmailContent content, params (string Field, string? Value)[] values)
    {
        var definition = Definition(content);
        var input = Input(definition, values.ToDictionary(pair => pair.Field, pair => pair.Value, StringComparer.OrdinalIgnoreCase));
        using var buffer = new MessageBuffer();
        return MessageComposer.Create(definition).Compose(input, buffer);
    }

    public static byte[] Bytes(MessageBuffer buffer)
    {
        var writer = new ArrayBufferWriter<byte>();
        buffer.CopyTo(writer);
        Assert.Equal(buffer.Length, writer.WrittenCount);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>What every message must be on the wire, whatever it says (RFC 5321 §2.3.8, §4.5.3.1.6).</summary>
    public static void AssertWireForm(ReadOnlySpan<byte> message, int longest = 998)
    {
        Assert.True(message.EndsWith("\r\n"u8));
        Assert.Equal(-1, message.IndexOf((byte)0));
        for (var rest = message; !rest.IsEmpty;)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            Assert.True(rest[end] == '\r' && rest[end + 1] == '\n', "a bare CR or LF");
            Assert.True(end <= longest, $"a line of {end} octets");
            rest = rest[(end + 2)..];
        }
    }

    public static string Refusal(Action make) => Assert.Throws<MailingRefusedException>(make).Message;

    public static string Refusal(EmailContent content) => Refusal(() => MessageComposer.Create(Definition(content)));
}
