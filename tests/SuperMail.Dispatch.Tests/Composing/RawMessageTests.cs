using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class RawMessageTests
{
    [Theory]
    [InlineData("From: a@b.c\r\n\r\nbody\r\n", "From: a@b.c\r\n\r\nbody\r\n")]
    [InlineData("From: a@b.c\n\nbody\n", "From: a@b.c\r\n\r\nbody\r\n")]
    [InlineData("From: a@b.c\r\rbody\r\r\nx\n\ry", "From: a@b.c\r\n\r\nbody\r\nx\r\n\r\ny\r\n")]
    [InlineData("From: a@b.c\r\nBcc: eve@x.y,\r\n mallory@x.y\r\n\tz\r\nTo: b@b.c\r\n\r\nBcc: body\r\n", "From: a@b.c\r\nTo: b@b.c\r\n\r\nBcc: body\r\n")]
    [InlineData("RETURN-PATH: <x@y.z>\r\nbcc : e\r\nFrom: a@b.c\r\nResent-Bcc: q\r\n\r\n", "From: a@b.c\r\n\r\n")]
    [InlineData("Bcc: e\r\n\r\nbody", "\r\nbody\r\n")]
    [InlineData("From: a@b.c\r\n", "From: a@b.c\r\n\r\n")]
    [InlineData("From: a@b.c", "From: a@b.c\r\n\r\n")]
    [InlineData("From: a@b.c\r\nno header here\r\nX: y\r\n", "From: a@b.c\r\n\r\nno header here\r\nX: y\r\n")]
    [InlineData("From: a@b.c\r\nBcc: e\r\nno header here", "From: a@b.c\r\n\r\nno header here\r\n")]
    [InlineData("Bccx: a\r\nX-Bcc: b\r\n\r\n", "Bccx: a\r\nX-Bcc: b\r\n\r\n")]
    public void Only_line_ends_Bcc_and_Return_Path_are_touched(string given, string sent)
    {
        Assert.Equal(sent, Encoding.UTF8.GetString(Composed.Bytes(Shared(Encoding.UTF8.GetBytes(given)))));
        Assert.Equal(sent, Encoding.UTF8.GetString(Composed.Bytes(Own(Encoding.UTF8.GetBytes(given), out _))));
    }

    [Theory]
    [InlineData("", "the message is empty.")]
    [InlineData("\r\nbody", "it does not begin with a header field.")]
    [InlineData("just text", "it does not begin with a header field.")]
    [InlineData(" folded: x", "it does not begin with a header field.")]
    [InlineData("From bob@x.y Sat Nov 21\r\nFrom: a@b.c", "it does not begin with a header field.")]
    [InlineData("From: a@b.c\r\n\r\na\0b", "it holds a NUL octet.")]
    [InlineData("From: \0\r\n\r\n", "it holds a NUL octet.")]
    public void What_is_no_message_fails_its_recipient_and_refuses_a_mailing(string given, string reason)
    {
        Own(Encoding.UTF8.GetBytes(given), out var error).Dispose();
        Assert.Equal("Raw message: " + reason, error);
        if (given.Length > 0)
        {
            Assert.Equal("Raw message: " + reason, Composed.Refusal(EmailContent.Raw(Encoding.UTF8.GetBytes(given))));
        }
    }

    [Theory]
    [InlineData(998, true)]
    [InlineData(999, false)]
    public void Lines_over_998_octets_are_refused(int length, bool taken)
    {
        Own(Encoding.UTF8.GetBytes("From: a@b.c\r\n\r\n" + new string('x', length) + "\r\ny"), out var error).Dispose();
        Assert.Equal(taken, error is null);
        Own(Encoding.UTF8.GetBytes("X: " + new string('x', length - 3)), out error).Dispose();
        Assert.Equal(taken, error is null);
    }

    [Theory]
    [InlineData("From: a@b.c\r\n\r\nx", false, false)]
    [InlineData("From: a@b.c\r\n\r\né", true, false)]
    [InlineData("From: é <a@b.c>\r\n\r\nx", true, true)]
    [InlineData("From: a@b.c\r\nBcc: é\r\n\r\nx", false, false)]
    public void Octets_above_127_are_declared_in_the_body_and_in_the_header(string given, bool has8Bit, bool needsSmtpUtf8)
    {
        using var buffer = Own(Encoding.UTF8.GetBytes(given), out _);
        Assert.Equal((has8Bit, needsSmtpUtf8), (buffer.Has8Bit, buffer.NeedsSmtpUtf8));
    }

    [Theory]
    [InlineData("From: a@b.c\r\n\r\nx.\r\n", false)]
    [InlineData("From: a@b.c\r\n\r\n.x", true)]
    [InlineData("From: a@b.c\r\n\r\nx\r.\r", true)]
    public void Stuffing_is_asked_for_where_a_line_begins_with_a_dot(string given, bool mayNeedStuffing)
    {
        using var buffer = Own(Encoding.UTF8.GetBytes(given), out _);
        buffer.GetSegment(0, out var may);
        Assert.Equal(mayNeedStuffing, may);
    }

    [Fact]
    public void A_message_in_order_is_not_copied()
    {
        var given = "From: a@b.c\r\n\r\nbody\r\n"u8.ToArray();
        using var buffer = Shared(given);
        Assert.True(buffer.GetSegment(0, out _).Equals(given.AsMemory()));
    }

    [Fact]
    public void Whatever_is_taken_has_wire_form_and_is_in_order_the_second_time()
    {
        var fragments = Gen.ArrayOf(Gen.Elements("\r", "\n", "\r\n", "a", ":", " ", ".", "Bcc: x", "X: y", "\t", "é", "From: a@b.c\r\n", "\r\n\r\n")).Select(string.Concat);
        Prop.ForAll(fragments.ToArbitrary(), text =>
        {
            using var buffer = Own(Encoding.UTF8.GetBytes("X: y\n" + text), out var error);
            Assert.Null(error);
            var once = Composed.Bytes(buffer);
            Composed.AssertWireForm(once);
            using var again = Own(once, out _);
            Assert.Equal(once, Composed.Bytes(again));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    private static MessageBuffer Shared(byte[] message)
    {
        var definition = Composed.Definition(EmailContent.Raw(message));
        var buffer = new MessageBuffer();
        Assert.Null(MessageComposer.Create(definition).Compose(Composed.Input(definition), buffer));
        return buffer;
    }

    private static MessageBuffer Own(byte[] message, out string? error)
    {
        var definition = Composed.Definition(EmailContent.RawPerRecipient);
        var buffer = new MessageBuffer();
        error = MessageComposer.Create(definition).Compose(Composed.Input(definition, raw: message), buffer);
        return buffer;
    }
}
