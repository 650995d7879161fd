using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class UnsubscribeTests
{
    private const string Post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";

    [Fact]
    public void An_https_URI_with_a_tag_brings_one_click_unsubscribing_beside_it() => Assert.Contains(
        "\r\nList-Unsubscribe: <https://e.example/u?t=a%20b%2F%C3%A9>,\r\n <mailto:leave@e.example?subject=a%20b%2F%C3%A9>\r\n" + Post,
        Compose(new() { Url = "https://e.example/u?t={{T}}", MailTo = "leave@e.example?subject={{T}}" }));

    [Theory]
    [InlineData("https://e.example/u")]
    [InlineData("http://e.example/u?t={{T}}")]
    public void Without_https_and_a_tag_there_is_no_one_click(string url)
    {
        Assert.DoesNotContain(Post, Compose(new() { Url = url }));
        Assert.Contains("OneClick needs a Url that is https and carries a tag", Refuse(new() { Url = url, OneClick = true }));
    }

    [Fact]
    public void One_click_needs_a_Url_beside_a_mailto() =>
        Assert.Contains("OneClick needs a Url", Refuse(new() { MailTo = "leave-{{T}}@e.example", OneClick = true }));

    [Fact]
    public void One_click_can_be_declined() =>
        Assert.DoesNotContain(Post, Compose(new() { Url = "https://e.example/u?t={{T}}", OneClick = false }));

    [Fact]
    public void A_tag_alone_is_a_whole_https_URL()
    {
        var list = new ListUnsubscribe { Url = "{{T}}" };
        Assert.Contains("\r\nList-Unsubscribe: <https://e.example/u?t=1&x=(2)>\r\n" + Post, Compose(list, "https://e.example/u?t=1&x=(2)"));
        foreach (var value in new[] { "http://e.example", "e.example", "javascript:x", "https://e.example/>,<mailto:x@y.z", "https://e.example/\r\nBcc: x", "https://bücher.example/", "" })
        {
            Assert.StartsWith("List-Unsubscribe, tag 'T': the value stands for a whole URL", Error(list, value));
        }
    }

    [Theory]
    [InlineData("ftp://e.example/{{T}}", null, "must begin with https://")]
    [InlineData("https:///{{T}}", null, "must begin with https://")]
    [InlineData("/u/{{T}}", null, "must begin with https://")]
    [InlineData("https://e.example/a b{{T}}", null, "percent-encode the rest")]
    [InlineData("https://e.example/>{{T}}", null, "percent-encode the rest")]
    [InlineData("https://bücher.example/{{T}}", null, "percent-encode the rest")]
    [InlineData("https://e.example/{{T}}\r\nBcc: x", null, "percent-encode the rest")]
    [InlineData(null, "not an address", "percent-encode the rest")]
    [InlineData(null, "nobody", "MailTo: An address needs")]
    [InlineData(null, "mailto:a@b@c.example", "MailTo: ")]
    [InlineData(null, null, "give a Url, a MailTo or both")]
    [InlineData("", " ", "give a Url, a MailTo or both")]
    public void What_no_recipient_could_use_is_refused(string? url, string? mailTo, string rule) =>
        Assert.Contains(rule, Refuse(new() { Url = url, MailTo = mailTo }));

    [Fact]
    public void A_URI_too_long_for_a_line_fails_its_recipient() =>
        Assert.Contains("longer than 900", Error(new() { Url = "https://e.example/{{T}}" }, new string('é', 160)));

    private static TemplateContent Content(ListUnsubscribe list) => new() { Subject = "x", Text = "y", ListUnsubscribe = list };

    private static string Compose(ListUnsubscribe list, string value = "a b/é") => Composed.Message(Content(list), ("T", value));

    private static string? Error(ListUnsubscribe list, string value) => Composed.Error(Content(list), ("T", value));

    private static string Refuse(ListUnsubscribe list) => Composed.Refusal(Content(list));
}
