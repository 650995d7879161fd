namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>Keys of plugin configurations.</summary>
internal static class ModuleField
{
    public static SmsModuleField Text(string key, string label, string? description = null) => new() { Key = key, Label = label, Description = description };

    public static SmsModuleField Required(string key, string label, string? description = null) => Text(key, label, description) with { IsRequired = true };

    public static SmsModuleField Secret(string key, string label, string? description = null) => Required(key, label, description) with { IsSecret = true };

    public static SmsModuleField Number(string key, string label, string description, long minimum, long maximum) =>
        Text(key, label, description) with { Kind = SmsFieldKind.Number, Minimum = minimum, Maximum = maximum };

    public static SmsModuleField Choice(string key, string label, string description, params IReadOnlyList<string> choices) =>
        Text(key, label, description) with { Kind = SmsFieldKind.Choice, Choices = choices, Default = choices[0] };

    public static SmsModuleField Endpoint(string key, string? address) => new()
    {
        Key = key,
        Label = "Endpoint",
        Description = address is null
            ? "The address that the provider gave you. With http:// instead of https:// the login goes over the wire in the clear."
            : "Another address than the documented one. With http:// instead of https:// the login goes over the wire in the clear.",
        Kind = SmsFieldKind.Url,
        IsRequired = address is null,
        Default = address,
    };
}
