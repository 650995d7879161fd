namespace SuperMail.Dispatch.Fuzz;

/// <summary>The plugin configuration: whatever it takes can be used, and no fault repeats a value.</summary>
internal sealed class PluginTarget : FuzzTarget
{
    // Of letters that a key may have too, and with the padding of Base64: on a line of its own it looks like key = value.
    private const string Secret = "k3Y_cAnAry==";
    private const string Shown = "k3Y_cAnAry";

    private static readonly Module s_module = new();

    public override string Name => "plugin";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        $"fuzz_user = me\nfuzz_token = {Secret}", $"fuzz_user=me, fuzz_token={Secret}; fuzz_port=80", $"\ufefffuzz_user: me\r\n# note\r\nfuzz_token: \"{Secret}\"\r\n", "fuzz_user = me",
        $"FUZZ_USER = me\nfuzz_token={Secret}\nfuzz_url=https://example.org/x?a=b\nfuzz_mode=Fast\nfuzz_test=yes\nfuzz_port=65535\nfuzz_old=1", $"fuzz_user = me\nfuzz_tokn = {Secret}\nfuzz_token = {Secret}",
        $"fuzz_user = me fuzz_tokn = {Secret}", $"fuzz_user = [me]\nfuzz_token = {Secret}", $"fuzz_user = me\nfuzz_user = you\nfuzz_token = {Secret}", $"fuzz_user = me\nfuzz_token = {Secret}\nfuzz_port = 99999999999999999999",
        $"fuzz_user = me\nfuzz_token = {Secret}\nfuzz_url = https://u:{Secret}@example.org", $"fuzz_user = me\nfuzz_token =\n{Secret}", "", "=", "====", ";;;", "fuzz_token", $"fuzz_token={Secret}=={Secret}",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
        ["fuzz_user", "fuzz_token", "fuzz_url", "fuzz_port", "fuzz_mode", "fuzz_test", "fuzz_old", "fuzz_", "=", ":", " = ", "\n", "\r\n", ",", ";", "#", "[", "]", "\"", "“", "”", "true", "off", "fast", "0", "-1", "１", "http://", "https://x.test", Secret];

    // Each line that is no key is a fault that lists the known ones.
    public override long AllowedOperations(int length) => 65_536 + (2_000L * length);

    public override bool Run(string input)
    {
        var read = PluginConfiguration.Read(s_module, input);
        foreach (var fault in read.Faults.Concat(read.Warnings))
        {
            Require(!fault.Message.Contains(Shown, StringComparison.OrdinalIgnoreCase), "a fault repeats a secret");
            Require(fault.Key?.StartsWith("fuzz_", StringComparison.OrdinalIgnoreCase) != false, "what is no key of the module is repeated");
            Require(!fault.ToString().Any(char.IsControl), "a fault holds a control character");
            Require(fault.Line >= 0 && fault.Message.Length > 0, "a fault says nothing");
        }

        Require(!read.ToString().Contains(Shown, StringComparison.OrdinalIgnoreCase), "its text repeats a secret");
        if (read.Faults.Count > 0)
        {
            return false;
        }

        Require(read.Required("fuzz_user").Length > 0 && read.Required("fuzz_token").Length > 0, "a required value is empty");
        Require(read.Number("fuzz_port") is null or (>= 1 and <= 65535), "a number is out of its range");
        Require(read.Url("fuzz_url") is null or { Scheme: "http" or "https", UserInfo: "" }, "an address is of another kind");
        Require(read["fuzz_mode"] is "Fast" or "Slow", "a choice is none of the list");
        _ = read.Switch("fuzz_test"); // throws unless it is one
        Require(s_module.Fields.All(field => read[field.Key] is not { } value || !value.Any(char.IsControl)), "a value holds a control character");
        return true;
    }

    private sealed class Module : ISmsModule
    {
        public string Key => "fuzz";

        public string DisplayName => "Fuzz";

        public IReadOnlyList<SmsModuleField> Fields { get; } =
        [
            new() { Key = "fuzz_user", Label = "User", IsRequired = true },
            new() { Key = "fuzz_token", Label = "Token", IsRequired = true, IsSecret = true },
            new() { Key = "fuzz_url", Label = "Address", Kind = SmsFieldKind.Url },
            new() { Key = "fuzz_port", Label = "Port", Kind = SmsFieldKind.Number, Minimum = 1, Maximum = 65535 },
            new() { Key = "fuzz_mode", Label = "Mode", Kind = SmsFieldKind.Choice, Choices = ["Fast", "Slow"], Default = "Slow" },
            new() { Key = "fuzz_test", Label = "Test", Kind = SmsFieldKind.Switch },
            new() { Key = "fuzz_old", Label = "Old", Obsolete = "is not used any more." },
        ];

        public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context) => throw new NotSupportedException();
    }
}
