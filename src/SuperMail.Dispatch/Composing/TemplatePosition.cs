namespace SuperMail.Dispatch.Composing;

/// <summary>Says where in a template something is wrong, in the words of who wrote it.</summary>
internal static class TemplatePosition
{
    /// <summary>A refusal that names the part and the place, counted from 1.</summary>
    public static MailingRefusedException Refuse(string part, string text, int offset, string what)
    {
        var before = text.AsSpan(0, Math.Min(offset, text.Length));
        var line = 1;
        var start = 0;
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] == '\n' || (before[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                line++;
                start = i + 1;
            }
        }

        // It may quote the template, and may stand in a log.
        var said = string.Concat(what.Select(static c => char.IsControl(c) ? '\uFFFD' : c));
        return new MailingRefusedException($"{part}, line {line}, column {before.Length - start + 1}: {said}");
    }
}
