using System.Text.RegularExpressions;
using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>docs/security.md names the test behind each promise: a name that is no test would be a promise without one.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string s_page = File.ReadAllText(Repository.PathOf("docs", "security.md"));

    private static readonly Dictionary<string, string> s_classes = Repository.Sources("tests")
        .Where(static file => Path.GetFileName(file.Path).EndsWith("Tests.cs", StringComparison.Ordinal))
        .ToLookup(static file => Path.GetFileNameWithoutExtension(file.Path), static file => file.Text)
        .ToDictionary(static files => files.Key, static files => string.Concat(files));

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var named = Named().Matches(s_page);
        var missing = named.Where(static name =>
                !s_classes.TryGetValue(name.Groups["class"].Value, out var text)
                || (name.Groups["test"].Success && !Regex.IsMatch(text, $@"(void|Task) {name.Groups["test"].Value}\(")))
            .Select(static name => name.Value);

        Assert.Empty(missing);
        Assert.True(named.Count >= 40, $"only {named.Count} names were found");
    }

    [Fact]
    public void Every_class_of_attack_has_a_row_on_the_page()
    {
        var unnamed = Repository.Sources("tests", "SuperMail.Dispatch.Tests", "Hostile").Select(static file => file.Path)
            .Where(static path => path.StartsWith("Cve/", StringComparison.Ordinal))
            .Select(static path => Path.GetFileNameWithoutExtension(path))
            .Where(static name => !s_page.Contains($"`{name}", StringComparison.Ordinal));

        Assert.Empty(unnamed);
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w+Tests)(\.(?<test>\w+))?`")]
    private static partial Regex Named();
}
