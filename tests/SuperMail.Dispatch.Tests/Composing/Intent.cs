using System.Text;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>What a reader must see, said in the plainest way: the other side of the judge's comparison.</summary>
internal static class Intent
{
    /// <summary>Line breaks as CRLF; controls and lone surrogates as U+FFFD.</summary>
    public static string Text(string value) => Regex.Replace(
        Regex.Replace(WellFormed(value), "\r\r\n|\r\n|\r|\n", "\r\n"), "[\0-\b\v\f\u000E-\u001F\u007F]", "\uFFFD");

    public static string Html(string value) => Text(value)
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;");

    public static string UrlComponent(string value) => Uri.EscapeDataString(
        Regex.Replace(WellFormed(value), "[\0-\b\v\f\u000E-\u001F\u007F]", "\uFFFD"));

    public static string HeaderText(string value) => Regex.Replace(
        Regex.Replace(WellFormed(value), "\r\n|[\r\n\t\v\f\u0085\u2028\u2029]", " "), "[\0-\u001F\u007F-\u009F]", "\uFFFD").Trim(' ');

    private static string WellFormed(string value) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value));
}
