using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

/// <summary>The bad-input rows of a plugin configuration: parsed, or an error that names line and key and no value.</summary>
public class PluginConfigurationTests
{
    private const string Secret = "s3cret-canary";

    [Theory]
    [InlineData("p_user = u\np_password = s3cret-canary")]
    [InlineData("p_user=u\r\np_password=s3cret-canary\r\n")]
    [InlineData("\uFEFFp_user = u\np_password = s3cret-canary")]
    [InlineData("P_User = u\nP_PASSWORD: s3cret-canary")]
    [InlineData("  p_user =\u00A0u \t\n\n# a comment\n; another\n\tp_password\t=\ts3cret-canary")]
    [InlineData("p_user = \"u\"\np_password = 's3cret-canary'")]
    [InlineData("p_user = \u201Cu\u201D\np_password = \u2018s3cret-canary\u2019")]
    [InlineData("p_user = u p_password = s3cret-canary")]
    [InlineData("p_user = u, p_password = s3cret-canary")]
    [InlineData("p_user = u; p_password = s3cret-canary")]
    [InlineData("p_user=u p_password=s3cret-canary p_optional=")]
    [InlineData("p_user = \"u\" , p_password = \"s3cret-canary\"")]
    public void A_text_is_read_as_sheets_print_it(string text)
    {
        var read = Read(text);
        Assert.Empty(read.Faults);
        Assert.Equal(("u", Secret), (read.Required("p_user"), read.Required("P_PASSWORD")));
        Assert.Null(read["p_optional"]);
    }

    [Theory]
    [InlineData("p_user = u\np_nonsense = s3cret-canary\np_password = x", 2, "p_nonsense", "is no key")]
    [InlineData("p_user = u p_pasword = s3cret-canary\np_password = x", 1, "p_pasword", "is no key")]
    [InlineData("p_user = u\np_password = x\ns3cret-canary", 3, null, "not key = value")]
    [InlineData("p_user = u\np_password = x\ns3cret-canary==", 3, null, "not key = value")]
    [InlineData("p_user = u\np_password = x\nb64_wItHuNdErScOrE==", 3, null, "not key = value")]
    [InlineData("p_user = u\np_password = s3cret-canary\np_PASSWORD = s3cret-canary", 3, "p_password", "already given in line 2")]
    [InlineData("p_user = u p_user = s3cret-canary\np_password = x", 1, "p_user", "stands twice")]
    [InlineData("p_user = s3cret-canary", 0, "p_password", "is missing (Password)")]
    [InlineData("p_user = s3cret-canary\np_password =", 2, "p_password", "has no value")]
    [InlineData("p_user = s3cret-canary\np_password = \"\"", 2, "p_password", "has no value")]
    [InlineData("p_user = u\np_password = [s3cret-canary]", 2, "p_password", "[brackets]")]
    [InlineData("p_user = u\np_password = s3cret-\u0007canary", 2, "p_password", "control character")]
    [InlineData("p_user = u\np_password = x\np_number = s3cret-canary", 3, "p_number", "a whole number from 1 to 10")]
    [InlineData("p_user = u\np_password = x\np_number = 11", 3, "p_number", "a whole number from 1 to 10")]
    [InlineData("p_user = u\np_password = x\np_number = -1", 3, "p_number", "a whole number from 1 to 10")]
    [InlineData("p_user = u\np_password = x\np_url = s3cret-canary", 3, "p_url", "absolute address")]
    [InlineData("p_user = u\np_password = x\np_url = file:///s3cret-canary", 3, "p_url", "absolute address")]
    [InlineData("p_user = u\np_password = x\np_url = https://me:s3cret-canary@host.test/", 3, "p_url", "without a login")]
    [InlineData("p_user = u\np_password = x\np_choice = s3cret-canary", 3, "p_choice", "one of red, green")]
    [InlineData("p_user = u\np_password = x\np_switch = s3cret-canary", 3, "p_switch", "true or false")]
    [InlineData("p_user = rule\np_password = s3cret-canary", 0, "p_user", "breaks the module's rule")]
    public void A_fault_names_line_and_key_and_never_the_value(string text, int line, string? key, string rule)
    {
        var fault = Assert.Single(Read(text).Faults);
        Assert.Equal((line, key?.ToUpperInvariant()), (fault.Line, fault.Key?.ToUpperInvariant()));
        Assert.Contains(rule, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{fault}", StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{Read(text)}", StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Read("p_nonsense = 1\np_number = x\np_number = 3").Faults;
        Assert.Equal(
            [(1, "p_nonsense"), (2, "p_number"), (3, "p_number"), (0, "p_user"), (0, "p_password")],
            faults.Select(static f => (f.Line, f.Key)));
        Assert.Equal(["line 1, p_nonsense: ", "p_user: is missi"], [$"{faults[0]}"[..20], $"{faults[3]}"[..16]]);
    }

    [Theory]
    [InlineData("\"[in brackets]\"", "[in brackets]")]
    [InlineData("a=b&c=d;e,f", "a=b&c=d;e,f")]
    [InlineData("ends with comma,", "ends with comma,")]
    [InlineData("x other_key = 1", "x other_key = 1")]
    [InlineData("\"half", "\"half")]
    [InlineData("# not a comment", "# not a comment")]
    public void A_password_may_hold_nearly_anything(string written, string value) =>
        Assert.Equal(value, Read($"p_user = u\np_password = {written}").Required("p_password"));

    [Theory]
    [InlineData("yes", true)]
    [InlineData("ON", true)]
    [InlineData("1", true)]
    [InlineData("False", false)]
    [InlineData("no", false)]
    public void Switches_choices_numbers_and_addresses_have_their_types(string said, bool isOn)
    {
        var read = Read($"p_user = u\np_password = x\np_switch = {said}\np_choice = GREEN\np_number = 07\np_url = https://host.test/a?b=c");
        Assert.Empty(read.Faults);
        Assert.Equal((isOn, "green", 7L), (read.Switch("p_switch"), read["p_choice"], read.Number("p_number")));
        Assert.Equal("/a", read.Url("p_url")!.AbsolutePath);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var read = Read("p_user = u\np_password = x");
        Assert.Equal(("red", false, (long?)null, (Uri?)null), (read["p_choice"], read.Switch("p_switch"), read.Number("p_number"), read.Url("p_url")));
    }

    [Fact]
    public void An_obsolete_key_is_taken_with_a_warning()
    {
        var read = Read("p_user = u\np_password = x\np_old = s3cret-canary");
        Assert.Empty(read.Faults);
        var warning = Assert.Single(read.Warnings);
        Assert.Equal((3, "p_old", "is not used any more."), (warning.Line, warning.Key, warning.Message));
    }

    [Fact]
    public void A_key_that_the_module_lacks_is_a_mistake_of_the_code()
    {
        Assert.Throws<ArgumentException>(() => Read("p_user = u")["p_other"]);
        Assert.Contains("p_password", Assert.Throws<InvalidOperationException>(() => Read("p_user = u").Required("p_password")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => PluginConfiguration.Read(null!, ""));
    }

    [Fact]
    public void Nothing_at_all_misses_what_is_required() =>
        Assert.Equal(["p_user", "p_password"], PluginConfiguration.Read(new Module(), null).Faults.Select(static f => f.Key));

    private static PluginConfiguration Read(string text) => PluginConfiguration.Read(new Module(), text);

    private sealed class Module : ISmsModule
    {
        public string Key => "p";

        public string DisplayName => "P";

        public IReadOnlyList<SmsModuleField> Fields { get; } =
        [
            new() { Key = "p_user", Label = "User", IsRequired = true },
            new() { Key = "p_password", Label = "Password", IsRequired = true, IsSecret = true },
            new() { Key = "p_optional", Label = "Optional" },
            new() { Key = "p_number", Label = "Number", Kind = SmsFieldKind.Number, Minimum = 1, Maximum = 10 },
            new() { Key = "p_url", Label = "Address", Kind = SmsFieldKind.Url },
            new() { Key = "p_choice", Label = "Choice", Kind = SmsFieldKind.Choice, Choices = ["red", "green"], Default = "red" },
            new() { Key = "p_switch", Label = "Switch", Kind = SmsFieldKind.Switch },
            new() { Key = "p_old", Label = "Old", Obsolete = "is not used any more." },
        ];

        public IEnumerable<PluginConfigurationFault> Check(PluginConfiguration configuration) =>
            configuration["p_user"] == "rule" ? [new PluginConfigurationFault(0, "p_user", "breaks the module's rule.")] : [];

        public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context) => throw new NotSupportedException();
    }
}
