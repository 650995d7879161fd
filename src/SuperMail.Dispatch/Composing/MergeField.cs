namespace SuperMail.Dispatch.Composing;

/// <summary>Where a tag's value comes from: a slot of <see cref="ComposeInput.Values"/>, a built-in, or its fallback alone.</summary>
internal sealed class MergeField
{
    private const int Address = -1;
    private const int DisplayName = -2;
    private const int FallbackOnly = -3;

    private readonly int _slot;
    private readonly string? _fallback;

    private MergeField(string name, int slot, string? fallback, string missing)
    {
        Name = name;
        _slot = slot;
        _fallback = fallback;
        Missing = missing;
    }

    /// <summary>Part and tag, as errors name them.</summary>
    public string Name { get; }

    /// <summary>Why a recipient without this value fails.</summary>
    public string Missing { get; }

    /// <summary>Finds a tag's field; the names are those that <see cref="TemplateFields"/> gave.</summary>
    public static MergeField Bind(TemplateText text, TemplateToken tag, IReadOnlyList<string> fieldNames)
    {
        var slot = tag.Text.Equals(TemplateFields.RecipientAddress, StringComparison.OrdinalIgnoreCase) ? Address
            : tag.Text.Equals(TemplateFields.RecipientName, StringComparison.OrdinalIgnoreCase) ? DisplayName
            : Slot(tag.Text, fieldNames);
        if (slot == FallbackOnly && tag.Fallback is null)
        {
            throw text.Refuse(tag, $"the tag '{tag.Text}' is unknown and has no fallback.");
        }

        return new MergeField($"{text.Part}, tag '{tag.Text}'", slot, tag.Fallback, $"{text.Part}: the recipient has no value for '{tag.Text}', and its tag has no fallback.");
    }

    /// <summary>The recipient's value; the fallback when there is none or an empty one; null when there is neither.</summary>
    public string? ValueOf(in ComposeInput input) =>
        OrFallback(_slot == Address ? input.To.ToString() : Other(input.DisplayName, input.Values));

    /// <summary>The same for a recipient who is no e-mail address.</summary>
    public string? ValueOf(string address, string? displayName, string?[] values) =>
        OrFallback(_slot == Address ? address : Other(displayName, values));

    private string? Other(string? displayName, string?[] values) => _slot switch
    {
        DisplayName => displayName,
        FallbackOnly => null,
        _ => values[_slot],
    };

    private string? OrFallback(string? value) => _fallback is not null && string.IsNullOrEmpty(value) ? _fallback : value;

    private static int Slot(string name, IReadOnlyList<string> fieldNames)
    {
        for (var i = 0; i < fieldNames.Count; i++)
        {
            if (fieldNames[i].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return FallbackOnly;
    }
}
