using System.Reflection;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

public class PublicSurfaceTests
{
    private const string Accept = "ACCEPT_PUBLIC_SURFACE";

    [Fact]
    public void The_library_shows_what_was_approved() => Check(typeof(IMailingDispatcher).Assembly);

    [Fact]
    public void The_testing_package_shows_what_was_approved() => Check(typeof(RecordingTransport).Assembly);

    [Fact]
    public void The_sqlite_package_shows_what_was_approved() => Check(typeof(SqliteLedgerOptions).Assembly);

    private static void Check(Assembly assembly)
    {
        var name = $"PublicSurface.{assembly.GetName().Name}.approved.txt";
        var path = Repository.PathOf("tests", "SuperMail.Dispatch.Tests", "Guards", name);
        string[] present = [.. PublicSurface.Of(assembly)];
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllLines(path, present);
        }

        string[] approved = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (!present.SequenceEqual(approved))
        {
            Assert.Fail($"""
                The public surface of {assembly.GetName().Name} is not the approved one (- approved, + now):

                {string.Join('\n', Differences(approved, present))}

                If that is meant, run this test with {Accept}=1: it rewrites {name}. Then commit the file.
                """);
        }
    }

    /// <summary>Lines that only one side has, each under its type.</summary>
    private static IEnumerable<string> Differences(string[] approved, string[] present)
    {
        var (before, after) = (Qualified(approved), Qualified(present));
        var gone = before.Except(after).Select(static l => (Line: l, Sign: '-'));
        var come = after.Except(before).Select(static l => (Line: l, Sign: '+'));
        var changed = gone.Concat(come).OrderBy(static l => l.Line, StringComparer.Ordinal).Select(static l => $"{l.Sign} {l.Line}").ToArray();
        return changed.Length > 0 ? changed : ["(only the order of lines differs)"];
    }

    private static List<string> Qualified(string[] lines)
    {
        var (type, qualified) = ("", new List<string>());
        foreach (var line in lines)
        {
            var isMember = line.StartsWith(' ');
            type = isMember ? type : line;
            qualified.Add(isMember ? $"{type} | {line.Trim()}" : line);
        }

        return qualified;
    }
}
