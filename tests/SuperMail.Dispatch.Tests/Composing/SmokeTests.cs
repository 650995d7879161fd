using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class SmokeTests
{
    [Fact]
    public void A_message_is_composed()
    {
        var message = Composed.Message(
            new TemplateContent
            {
                Subject = "Hello {{Name|friend}}, news from Zürich",
                Text = "Dear {{Name}},\n\nyour code: {{Code}}.\nFrom here on\n.dot\nBye",
                Html = "<p>Dear {{Name}}</p><a href=\"{{Link}}\" title='{{Name}}'>x</a><a href=\"https://e.org/?q={{Code}}\">y</a><img src=\"cid:logo\">",
                Attachments = [Attachment.FromBytes("résumé.pdf", new byte[100], "application/pdf"), Attachment.Inline("logo", "logo.png", new byte[10], "image/png")],
                ListUnsubscribe = new ListUnsubscribe { Url = "https://example.com/u?t={{Code}}", MailTo = "leave@example.com" },
                Headers = [new("X-Campaign", "Spring {{Code}}")],
            },
            ("Name", "Bob <b> & é"), ("Code", "a b/c=."), ("Link", "https://x.example/?a=1&b=2"));
        TestContext.Current.TestOutputHelper!.WriteLine(message);
        Composed.AssertWireForm(System.Text.Encoding.UTF8.GetBytes(message));
    }
}
