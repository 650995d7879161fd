using System.Buffers;
using System.Globalization;

namespace SuperMail.Dispatch.Sms.PluginText;

/// <summary>What a field's value must be.</summary>
internal static class PluginValueRules
{
    public static SearchValues<char> KeyCharacters { get; } =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static readonly string[] On = ["true", "yes", "on", "1"];
    private static readonly string[] Off = ["false", "no", "off", "0"];

    /// <summary>The rule that a value breaks, without the value; null when it breaks none.</summary>
    public static string? Broken(SmsModuleField field, ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (char.IsControl(c))
            {
                return "holds a control character.";
            }
        }

        return field.Kind switch
        {
            SmsFieldKind.Number when !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n < field.Minimum || n > field.Maximum =>
                $"must be a whole number from {field.Minimum} to {field.Maximum}.",
            SmsFieldKind.Url when !Uri.TryCreate(value.ToString(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 =>
                "must be an absolute address with http or https, without a login in it.",
            SmsFieldKind.Choice when !field.Choices.Contains(value.ToString(), StringComparer.OrdinalIgnoreCase) =>
                $"must be one of {string.Join(", ", field.Choices)}.",
            SmsFieldKind.Switch when SwitchOf(value) is null => "must be true or false.",
            _ => null,
        };
    }

    /// <summary>A value in the one form that code reads.</summary>
    public static string Normal(SmsModuleField field, ReadOnlySpan<char> value) => field.Kind switch
    {
        SmsFieldKind.Switch => SwitchOf(value) is true ? bool.TrueString : bool.FalseString,
        SmsFieldKind.Choice => Chosen(field, value.ToString()),
        _ => value.ToString(),
    };

    private static string Chosen(SmsModuleField field, string value) =>
        field.Choices.First(c => c.Equals(value, StringComparison.OrdinalIgnoreCase));

    private static bool? SwitchOf(ReadOnlySpan<char> value)
    {
        var text = value.ToString();
        return On.Contains(text, StringComparer.OrdinalIgnoreCase) ? true : Off.Contains(text, StringComparer.OrdinalIgnoreCase) ? false : null;
    }
}
