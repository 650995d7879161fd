using System.Text;

namespace SuperMail.Dispatch.Telemetry;

/// <summary>Masks every run of digits that could be a phone number: <c>+447700900123</c> becomes <c>+***23</c>.</summary>
internal static class NumberMask
{
    // ITU-T E.164: 7 digits are the shortest numbers in use; codes of providers have fewer.
    private const int Shortest = 7;

    /// <summary>The same text when nothing in it looks like a number.</summary>
    public static string Mask(string text)
    {
        StringBuilder? masked = null;
        var copied = 0;
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && char.IsDigit(text[i]))
            {
                i++;
            }

            if (i - start >= Shortest)
            {
                (masked ??= new StringBuilder(text.Length)).Append(text, copied, start - copied).Append("***").Append(text, i - 2, 2);
                copied = i;
            }

            i += i == start ? 1 : 0;
        }

        return masked?.Append(text, copied, text.Length - copied).ToString() ?? text;
    }
}
