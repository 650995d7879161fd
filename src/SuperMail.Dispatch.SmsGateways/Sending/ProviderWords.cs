using System.Text;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>Takes out of a provider's words what must not be passed on: it may say back the login and the recipient.</summary>
internal sealed partial class ProviderWords
{
    private const int MaxText = 512;
    private const int MaxCode = 64;

    private readonly string[] _secrets;

    /// <param name="secrets">What the plugin configuration holds in secret fields.</param>
    public ProviderWords(IEnumerable<string> secrets)
    {
        // As it is, as an address carries it, and as a Basic login hides it.
        _secrets =
        [
            .. secrets.SelectMany(static s => new[] { s, Uri.EscapeDataString(s), Convert.ToBase64String(Encoding.UTF8.GetBytes(s)).TrimEnd('=') })
                .Where(static s => s.Length >= 3).Distinct().OrderByDescending(static s => s.Length),
        ];
    }

    public string? Text(string? words) => Clean(words, MaxText);

    public string? Code(string? code) => Clean(code, MaxCode);

    private string? Clean(string? words, int length)
    {
        if (string.IsNullOrWhiteSpace(words))
        {
            return null;
        }

        foreach (var secret in _secrets)
        {
            words = words.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        }

        words = Number().Replace(Control().Replace(words, " "), "[number]").Trim();
        if (words.Length > length)
        {
            words = char.IsHighSurrogate(words[length - 1]) ? words[..(length - 1)] : words[..length];
        }

        return words;
    }

    // E.164 numbers have 7 digits at least; blanks, dashes and dots may stand between them.
    [GeneratedRegex(@"\+?\d(?:[ .\-()/]{0,2}\d){6,}")]
    private static partial Regex Number();

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]+")]
    private static partial Regex Control();
}
