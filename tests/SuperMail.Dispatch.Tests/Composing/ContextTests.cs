using System.Text.RegularExpressions;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class ContextTests
{
    private const string Nasty = "\"'><script>&";

    [Theory]
    [InlineData("<p>{{V}}</p>")]
    [InlineData("<p title=\"{{V}}\">x</p>")]
    [InlineData("<p title='a {{V}} b'>x</p>")]
    [InlineData("<p title = '{{V}}'>x</p>")]
    [InlineData("<title>{{V}}</title>")]
    [InlineData("a < b {{V}} > c")]
    [InlineData("<!-- c --><p>{{V}}</p>")]
    [InlineData("<!--[if !mso]><!--><p>{{V}}</p><!--<![endif]-->")]
    [InlineData("<script>var a='</scripty>';</script><p>{{V}}</p>")]
    [InlineData("<style>a>b{}</style >{{V}}")]
    [InlineData("<br/>{{V}}<img alt=\"{{V}}\" />")]
    public void In_HTML_text_and_quoted_attributes_a_value_is_encoded(string html) =>
        Assert.Equal(html.Replace("{{V}}", "&quot;&#39;&gt;&lt;script&gt;&amp;"), Html(html, Nasty));

    [Theory]
    [InlineData("https://e.example/?a=1&b='x'", "https://e.example/?a=1&amp;b=&#39;x&#39;")]
    [InlineData("HTTP://E.example", "HTTP://E.example")]
    [InlineData("mailto:bob@e.example?subject=x", "mailto:bob@e.example?subject=x")]
    [InlineData("tel:+4512345678", "tel:+4512345678")]
    public void At_the_start_of_a_URL_attribute_a_value_is_a_whole_URL(string value, string encoded)
    {
        foreach (var attribute in new[] { "href", "src", "action", "formaction", "cite", "background", "poster", "HREF" })
        {
            Assert.Equal($"<a {attribute}=\"{encoded}#x\">", Html($"<a {attribute}=\"{{{{V}}}}#x\">", value));
        }
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("/path")]
    [InlineData("//host/x")]
    [InlineData("www.example.com")]
    [InlineData("")]
    [InlineData("https:")]
    [InlineData("https:///x")]
    [InlineData("https:host")]
    [InlineData(" https://e.example")]
    [InlineData("https://e.example/a b")]
    [InlineData("https://e.example/\r\n")]
    [InlineData("java\tscript:alert(1)")]
    [InlineData("mailto:")]
    [InlineData("vbscript:https://e.example")]
    public void A_value_that_is_no_absolute_URL_fails_its_recipient(string value) => Assert.Equal(
        "Html, tag 'V': the value stands for a whole URL and must be an absolute http, https, mailto or tel URL.",
        Composed.Error(new TemplateContent { Subject = "x", Html = "<a href='{{V}}'>x</a>" }, ("V", value)));

    [Theory]
    [InlineData("<a href=\"https://e.example/{{V}}\">")]
    [InlineData("<a href=\"/{{V}}\">")]
    [InlineData("<a href='?q={{V}}'>")]
    [InlineData("<a href='mailto:x@e.example?subject={{V}}'>")]
    [InlineData("<a href='{{W}}?q={{V}}'>")]
    public void Elsewhere_in_a_URL_attribute_a_value_is_a_percent_encoded_component(string html) => Assert.Equal(
        html.Replace("{{V}}", "%22%27%3E%3Cscript%3E%26%20%2F%3F%23%3D%C3%A9%0D%0A").Replace("{{W}}", "https://e.example/"),
        Html(html, Nasty + " /?#=é\r\n"));

    [Theory]
    [InlineData("<script>var a = '{{V}}';</script>", "inside <script>")]
    [InlineData("<SCRIPT type=x>{{V}}", "inside <script>")]
    [InlineData("<script><!--<script></script>{{V}}", "inside <script>")]
    [InlineData("<style>p { color: {{V}} }</style>", "inside <style>")]
    [InlineData("<iframe>{{V}}</iframe>", "inside <iframe>")]
    [InlineData("<!-- {{V}} -->", "in a comment")]
    [InlineData("<!--[if mso]>{{V}}<![endif]-->", "in a comment")]
    [InlineData("<!x {{V}}>", "in a comment")]
    [InlineData("<?x {{V}}>", "in a comment")]
    [InlineData("<a onclick=\"f('{{V}}')\">", "in the event handler 'onclick'")]
    [InlineData("<a OnMouseOver='{{V}}'>", "in the event handler 'onmouseover'")]
    [InlineData("<a title={{V}}>", "in an attribute value without quotes")]
    [InlineData("<a title=x{{V}}>", "in an attribute value without quotes")]
    [InlineData("<a {{V}}>", "inside an HTML tag")]
    [InlineData("<a {{V}}='x'>", "inside an HTML tag")]
    [InlineData("<a data-{{V}}='x'>", "inside an HTML tag")]
    [InlineData("<{{V}}>", "inside an HTML tag")]
    [InlineData("</{{V}}>", "in a comment")]
    [InlineData("<a{{V}}>", "inside an HTML tag")]
    [InlineData("<p style='color:{{V}}'>", "in the attribute 'style'")]
    [InlineData("<img srcset='{{V}} 2x'>", "in the attribute 'srcset'")]
    [InlineData("<iframe srcdoc='{{V}}'>", "in the attribute 'srcdoc'")]
    [InlineData("<meta http-equiv=refresh content='0;{{V}}'>", "in the attribute 'content'")]
    [InlineData("<a href='javascript:f(\"{{V}}\")'>", "in a URL ('href') that is neither")]
    [InlineData("<a href='java&#115;cript:f(\"{{V}}\")'>", "in a URL ('href') that is neither")]
    [InlineData("<a href=' JavaScript:{{V}}'>", "in a URL ('href') that is neither")]
    [InlineData("<img src='data:image/svg+xml,{{V}}'>", "in a URL ('src') that is neither")]
    [InlineData("<img src='cid:{{V}}'>", "in a URL ('src') that is neither")]
    public void Where_no_encoding_is_safe_a_tag_is_refused_with_place_and_position(string html, string place)
    {
        var refusal = Composed.Refusal(new TemplateContent { Subject = "x", Html = html });
        Assert.StartsWith($"Html, line 1, column {html.IndexOf("{{", StringComparison.Ordinal) + 1}: the tag 'V' stands {place}", refusal);
    }

    [Fact]
    public void A_fallback_for_a_whole_URL_is_checked_when_the_mailing_is_made() =>
        Assert.Contains("the fallback of 'V'", Composed.Refusal(new TemplateContent { Subject = "x", Html = "<a href='{{V|javascript:x}}'>" }));

    [Fact]
    public void In_plain_text_a_value_is_as_it_is() => Assert.Contains(
        "\r\n\"'><script>&=\r\n!", Composed.Message(new TemplateContent { Subject = "x", Text = "{{V}}!" }, ("V", Nasty)));

    private static string Html(string html, string value)
    {
        var message = Composed.Message(new TemplateContent { Subject = "x", Html = html }, ("V", value), ("W", "https://e.example/"));
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2].Replace("=\r\n", "");
        return Regex.Replace(body, "=([0-9A-F]{2})", match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());
    }
}
