using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using SuperMail.Dispatch.Settings;
using Xunit;

namespace SuperMail.Dispatch.Tests.Settings;

/// <summary>docs/settings.md and the option classes cannot drift apart.</summary>
public sealed class DocumentedSettingsTests
{
    private static readonly Type[] OptionTypes =
        [typeof(MailingSettings), typeof(EmailSettings), typeof(MailboxSettings), typeof(SmtpTimeouts), typeof(RetrySettings), typeof(SmsSettings)];

    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "settings.md"));

    public static TheoryData<string, string> Options =>
        [.. OptionTypes.SelectMany(type => type.GetProperties().Select(property => (type.Name, property.Name)))];

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_setting_is_documented_with_its_default(string type, string option)
    {
        var owner = OptionTypes.Single(candidate => candidate.Name == type);
        var rows = Document.Split('\n').Where(line => line.StartsWith($"| `{option}` |", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(rows);

        var value = owner.GetProperty(option)!.GetValue(Activator.CreateInstance(owner));
        var shown = value switch
        {
            null or "" or IEnumerable or EmailSettings or SmsSettings or SmtpTimeouts or RetrySettings => null,
            bool flag => flag ? "true" : "false",
            TimeSpan or Enum => $"`{value}`",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        if (shown is not null)
        {
            Assert.Contains(rows, row => row.TrimEnd(' ', '|', '\r').Split('|')[^1].Trim() == shown);
        }
    }

    [Fact]
    public void Every_setting_of_the_example_binds_by_its_name_and_the_example_is_valid()
    {
        var json = Regex.Match(Document, "```json\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var section = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("Mailing");
        var settings = BoundSettings.From(section);

        Assert.Empty(MailingSettingsValidator.Validate(settings, new SettingsScope { SmsModules = [new ModuleOfTheExample()] }));
        var leaves = section.AsEnumerable(makePathsRelative: true).Where(pair => !string.IsNullOrEmpty(pair.Value)).ToList();
        Assert.All(leaves, leaf => Assert.Equal(leaf.Value, Written(ValueAt(settings, leaf.Key)), ignoreCase: true));
        Assert.All(
            OptionTypes.SelectMany(type => type.GetProperties()),
            property => Assert.Contains($"\"{property.Name}\":", json, StringComparison.Ordinal));
    }

    // Every option at once with a value that is not its default: the example alone would hide one that is not bound.
    [Fact]
    public void Every_setting_binds_a_value_that_is_not_its_default()
    {
        List<(string Path, string Value)> values = [];
        Collect(typeof(MailingSettings), "", values);

        var settings = BoundSettings.From([.. values]);

        Assert.True(values.Count >= 45, $"only {values.Count} options were found");
        Assert.All(values, pair => Assert.Equal(pair.Value, Written(ValueAt(settings, pair.Path))));
    }

    [Fact]
    public void Any_setting_of_a_tab_that_differs_from_its_default_makes_it_configured()
    {
        List<(string Path, string Value)> values = [];
        Collect(typeof(EmailSettings), "Email:", values);

        Assert.False(EmailTab.IsConfigured(new EmailSettings()));
        Assert.All(values, pair => Assert.True(EmailTab.IsConfigured(BoundSettings.From(pair).Email), pair.Path));

        values.Clear();
        Collect(typeof(SmsSettings), "Sms:", values);
        Assert.False(SmsTab.IsConfigured(new SmsSettings()));
        Assert.All(values, pair => Assert.True(SmsTab.IsConfigured(BoundSettings.From(pair).Sms), pair.Path));
    }

    // Without the generator the same calls go through reflection, which trimming and AOT break.
    [Fact]
    public void Settings_are_bound_by_generated_code() =>
        Assert.Contains(typeof(MailingSettings).Assembly.GetTypes(), type =>
            type.Namespace == "Microsoft.Extensions.Configuration.Binder.SourceGeneration");

    private static void Collect(Type type, string prefix, List<(string Path, string Value)> values)
    {
        foreach (var property in type.GetProperties())
        {
            var path = prefix + property.Name;
            var kind = property.PropertyType;
            if (OptionTypes.Contains(kind))
            {
                Collect(kind, path + ":", values);
            }
            else if (kind == typeof(IList<MailboxSettings>))
            {
                Collect(typeof(MailboxSettings), path + ":0:", values);
            }
            else if (kind == typeof(IList<string>) || kind == typeof(IList<TimeSpan>))
            {
                values.Add((path + ":0", kind == typeof(IList<string>) ? "text" : "00:07:07"));
            }
            else
            {
                values.Add((path, kind switch
                {
                    _ when kind == typeof(string) => "text",
                    _ when kind == typeof(int) || kind == typeof(int?) || kind == typeof(double) => "77",
                    _ when kind == typeof(TimeSpan) || kind == typeof(TimeSpan?) => "00:07:07",
                    _ when kind == typeof(bool) => (bool)property.GetValue(Activator.CreateInstance(type))! ? "false" : "true",
                    _ when kind.IsEnum => OtherThanDefault(kind, property.GetValue(Activator.CreateInstance(type))!),
                    _ => throw new NotSupportedException($"{path} is of a type that this test does not know: {kind}"),
                }));
            }
        }
    }

    private static string OtherThanDefault(Type kind, object value) => Enum.GetNames(kind).Last(name => name != value.ToString());

    private static object? ValueAt(object root, string path) => path.Split(':').Aggregate((object?)root, (at, step) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? ((IList)at!)[index]
            : at!.GetType().GetProperty(step, BindingFlags.Public | BindingFlags.Instance)?.GetValue(at));

    private static string? Written(object? value) => value is bool flag
        ? flag ? "true" : "false"
        : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static string RepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "SuperMail.Dispatch.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("The repository's root was not found above the tests.");
    }

    private sealed class ModuleOfTheExample : ISmsModule
    {
        public string Key => "twilio";

        public string DisplayName => Key;

        public IReadOnlyList<SmsModuleField> Fields { get; } =
            [new SmsModuleField { Key = "twilio_account_sid", Label = "SID", IsRequired = true }, new SmsModuleField { Key = "twilio_auth_token", Label = "Token", IsRequired = true, IsSecret = true }];

        public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context) => throw new NotSupportedException();
    }
}
