using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>Who refers to whom in src/SuperMail.Dispatch, by the names of types.</summary>
/// <remarks>
/// A hand-made reading, not a compiler's: an identifier counts as a reference when it is the name of a top-level type of
/// another room and does not stand where a member's name stands. It errs towards counting.
/// </remarks>
internal sealed partial class Rooms
{
    public const string Root = "root";

    public const string Telemetry = "Telemetry";

    /// <summary>From top to bottom: a room refers only to rooms before it. Telemetry refers to none and any may call it.</summary>
    public static readonly string[] Order =
    [
        Telemetry, "Addresses", "Pacing", "Sms", "Settings", "Mailings", "Outcomes", "Ledgers", "Composing", "Partitioning", "Transports", "Smtp",
        "Reports", "Delivery", "Hosting", Root,
    ];

    private readonly List<(string Path, string Room, string Code)> _files;
    private readonly Dictionary<string, string> _roomOf = [];

    public Rooms(IEnumerable<(string Path, string Text)> sources)
    {
        _files = [.. sources.Select(static s => (s.Path, RoomOf(s.Path), CodeText.Of(s.Text)))];
        foreach (var (path, room, code) in _files)
        {
            foreach (Match declared in Declaration().Matches(code))
            {
                var name = declared.Groups["name"].Value;
                if (_roomOf.TryAdd(name, room) || _roomOf[name] == room)
                {
                    continue;
                }

                throw new InvalidOperationException($"{path}: a type named {name} stands in {_roomOf[name]} already; two rooms need two names.");
            }
        }
    }

    public static string RoomOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : Root;

    public IEnumerable<string> Present => _files.Select(static f => f.Room).Distinct();

    public int TypeCount => _roomOf.Count;

    /// <summary>References against the order, as <c>file -&gt; Type (Room)</c>.</summary>
    public IEnumerable<string> BackEdges() =>
        from file in _files
        from name in Names(file.Code).Distinct()
        let target = _roomOf[name]
        where target != file.Room && !Allows(file.Room, target) && Refers(file.Code, name)
        orderby file.Path, name
        select $"{file.Path} -> {name} ({target})";

    private static bool Allows(string from, string to) =>
        to == Telemetry || (from != Telemetry && Array.IndexOf(Order, to) < Array.IndexOf(Order, from));

    private IEnumerable<string> Names(string code) => Word().Matches(code).Select(static m => m.Value).Where(_roomOf.ContainsKey);

    private static bool Refers(string code, string name)
    {
        var found = Regex.Matches(code, $@"(?<![\w@]){name}(?!\w)");
        if (found.Any(m => IsMemberName(code, m)))
        {
            // A file with a member of that name: only what cannot be that member counts.
            return found.Any(m => Before(code, m.Index) is "new" or "typeof" or "is" or "as");
        }

        return found.Any(m => !IsMemberAccess(code, m.Index) && !IsInitializer(code, m));
    }

    /// <summary>Behind a type: <c>string Name</c>, <c>int? Name</c>, <c>List&lt;int&gt; Name</c>, <c>byte[] Name</c>.</summary>
    private static bool IsMemberName(string code, Match name)
    {
        var before = Before(code, name.Index);
        return before is ">" or "?" or "]" || (before.Length > 0 && (char.IsLetter(before[0]) || before[0] == '_') && !IsNoType(before));
    }

    private static bool IsMemberAccess(string code, int index)
    {
        var before = code.AsSpan(0, index).TrimEnd();
        if (!before.EndsWith("."))
        {
            return false;
        }

        // Qualified by a namespace it is a type all the same.
        var owner = Before(code, before.Length - 1);
        return owner != "Dispatch" && !Order.Contains(owner);
    }

    private static bool IsInitializer(string code, Match name)
    {
        var after = code.AsSpan(name.Index + name.Length).TrimStart();
        return after.StartsWith("=") && !after.StartsWith("==") && !after.StartsWith("=>");
    }

    private static bool IsNoType(string word) => word is
        "new" or "is" or "as" or "not" or "and" or "or" or "case" or "when" or "return" or "in" or "out" or "ref" or "params" or "this" or "readonly" or
        "static" or "sealed" or "abstract" or "virtual" or "override" or "async" or "partial" or "extern" or "unsafe" or "volatile" or "const" or "event" or
        "public" or "private" or "protected" or "internal" or "file" or "required" or "where" or "typeof" or "nameof" or "throw" or "await" or "using" or
        "class" or "record" or "struct" or "interface" or "enum" or "delegate" or "else" or "yield" or "scoped" or "select" or "from" or "by" or "on" or "with" or
        "operator" or "implicit" or "explicit";

    /// <summary>The word or the character before a place.</summary>
    private static string Before(string code, int index)
    {
        var end = code.AsSpan(0, index).TrimEnd().Length;
        var start = end;
        while (start > 0 && (char.IsLetterOrDigit(code[start - 1]) || code[start - 1] == '_'))
        {
            start--;
        }

        return start == end ? code[Math.Max(0, end - 1)..end] : code[start..end];
    }

    // Types of a room stand at the left margin: namespaces are file-scoped. What is nested is spoken of through its owner.
    [GeneratedRegex(@"^(?:(?:public|internal|sealed|abstract|static|partial|readonly|ref|unsafe)\s+)*(?:record\s+(?:struct|class)|class|record|struct|interface|enum|delegate\s+[\w<>?,.\[\]\s]+?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
