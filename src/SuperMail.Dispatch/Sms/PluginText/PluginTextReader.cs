namespace SuperMail.Dispatch.Sms.PluginText;

/// <summary>Reads <c>key = value</c> lines by the keys that are known, so that two on one line fall apart where the second begins.</summary>
internal static class PluginTextReader
{
    public static PluginTextReading Read(IReadOnlyList<SmsModuleField> fields, string text)
    {
        var reading = new PluginTextReading();
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim("\uFEFF \t\u00A0");
            if (!line.IsEmpty && line[0] is not ('#' or ';'))
            {
                ReadLine(reading, fields, seen, line, number);
            }
        }

        foreach (var field in fields.Where(f => f.IsRequired && !seen.ContainsKey(f.Key)))
        {
            reading.Fault(0, field.Key, $"is missing ({field.Label}); write it as {field.Key} = value.");
        }

        return reading;
    }

    private static void ReadLine(
        PluginTextReading reading, IReadOnlyList<SmsModuleField> fields, Dictionary<string, int> seen, ReadOnlySpan<char> line, int number)
    {
        if (!TryKey(fields, line, 0, out var field, out var start))
        {
            Unknown(reading, fields, line, number);
            return;
        }

        while (field is not null)
        {
            var end = start;
            SmsModuleField? next = null;
            var nextStart = 0;
            while (end < line.Length && !(IsBreak(line, end) && TryKey(fields, line, end, out next, out nextStart)))
            {
                end++;
            }

            // A comma parts two keys on a line; at its end it may be the last character of a password.
            var value = next is null ? line[start..end] : line[start..end].TrimEnd(" \t\u00A0,;");
            if (Misspelt(fields, value) is { } stranger)
            {
                reading.Fault(number, stranger, $"is no key of this module; known: {Known(fields)}.");
            }

            Take(reading, seen, field, value, number);
            (field, start) = (next, nextStart);
        }
    }

    private static void Take(PluginTextReading reading, Dictionary<string, int> seen, SmsModuleField field, ReadOnlySpan<char> text, int line)
    {
        if (!seen.TryAdd(field.Key, line))
        {
            reading.Fault(line, field.Key, $"stands twice; it was already given in line {seen[field.Key]}.");
            return;
        }

        var written = text.Trim(" \t\u00A0");
        var value = Unquoted(written);
        if (value.IsEmpty)
        {
            if (field.IsRequired)
            {
                reading.Fault(line, field.Key, $"has no value ({field.Label}).");
            }
        }
        else if (written[0] == '[' && written[^1] == ']')
        {
            reading.Fault(line, field.Key, "has its value in [brackets], as sheets print a placeholder; write the value alone, or in quotes if the brackets belong to it.");
        }
        else if (PluginValueRules.Broken(field, value) is { } rule)
        {
            reading.Fault(line, field.Key, rule);
        }
        else
        {
            reading.Values.Add(field.Key, PluginValueRules.Normal(field, value));
            if (field.Obsolete is { } obsolete)
            {
                reading.Warnings.Add(new PluginConfigurationFault(line, field.Key, obsolete));
            }
        }
    }

    // A key stands at the beginning of a line or behind a blank, a comma or a semicolon.
    private static bool IsBreak(ReadOnlySpan<char> line, int at) => at > 0 && line[at - 1] is ' ' or '\t' or ',' or ';' or '\u00A0';

    private static bool TryKey(IReadOnlyList<SmsModuleField> fields, ReadOnlySpan<char> line, int at, out SmsModuleField? field, out int value)
    {
        foreach (var candidate in fields)
        {
            if (!line[at..].StartsWith(candidate.Key, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var sign = at + candidate.Key.Length;
            while (sign < line.Length && line[sign] is ' ' or '\t' or '\u00A0')
            {
                sign++;
            }

            if (sign < line.Length && line[sign] is '=' or ':')
            {
                (field, value) = (candidate, sign + 1);
                return true;
            }
        }

        (field, value) = (null, 0);
        return false;
    }

    private static void Unknown(PluginTextReading reading, IReadOnlyList<SmsModuleField> fields, ReadOnlySpan<char> line, int number)
    {
        var known = Known(fields);
        var sign = line.IndexOf('=');
        var key = sign > 0 ? line[..sign].Trim() : default;

        // What looks like no key may be the rest of a secret that was broken over two lines: it is not repeated.
        // Base64 may hold an underscore and end with an equals sign: only what begins like the module's keys is taken for one.
        var isKey = key.Length <= 40 && key.IndexOf('_') is > 0 and var prefix
            && StartsAKey(fields, key[..(prefix + 1)]) && !key.ContainsAnyExcept(PluginValueRules.KeyCharacters);
        reading.Fault(number, isKey ? key.ToString() : null, isKey ? $"is no key of this module; known: {known}." : $"is not key = value; known keys: {known}.");
    }

    /// <summary>
    /// A second key on the line that is spelt wrong, such as <c>twilio_auth_tokn =</c> behind <c>twilio_account_sid = x</c>:
    /// it begins like the module's keys. Anything else may be part of a value.
    /// </summary>
    private static string? Misspelt(IReadOnlyList<SmsModuleField> fields, ReadOnlySpan<char> value)
    {
        for (var sign = value.IndexOf('='); sign > 0; sign = NextSign(value, sign))
        {
            var before = value[..sign].TrimEnd(" \t\u00A0");
            var word = before[(before.LastIndexOfAnyExcept(PluginValueRules.KeyCharacters) + 1)..];
            var prefix = word.IndexOf('_');
            if (prefix > 0 && IsBreak(before, before.Length - word.Length) && StartsAKey(fields, word[..(prefix + 1)]))
            {
                return word.ToString();
            }
        }

        return null;
    }

    private static int NextSign(ReadOnlySpan<char> value, int sign) =>
        value[(sign + 1)..].IndexOf('=') is var next and >= 0 ? sign + 1 + next : -1;

    private static bool StartsAKey(IReadOnlyList<SmsModuleField> fields, ReadOnlySpan<char> prefix)
    {
        foreach (var field in fields)
        {
            if (field.Key.AsSpan().StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string Known(IReadOnlyList<SmsModuleField> fields) => string.Join(", ", fields.Select(static f => f.Key));

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) =>
        value.Length >= 2 && (value[0], value[^1]) is ('"', '"') or ('\'', '\'') or ('\u201C', '\u201D') or ('\u2018', '\u2019')
            ? value[1..^1].Trim()
            : value;
}
