using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>What a foreign parser read, in one shape for all of them.</summary>
public sealed record ParsedMessage(
    string[][] Headers, string[] Defects, string[][] To, string[][] From, ParsedPart Root)
{
    public string Header(string name) => Assert.Single(Headers, header => header[0] == name)[1];
}

public sealed record ParsedPart(
    string Type, string? Charset, string? Disposition, string? Filename, string? Cid, ParsedPart[] Parts,
    byte[]? Bytes, ParsedMarkup? Markup)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes!);

    public IEnumerable<ParsedPart> Leaves => Parts.Length == 0 ? [this] : Parts.SelectMany(part => part.Leaves);

    public override string ToString() => Parts.Length == 0 ? Type : $"{Type}({string.Join(", ", Parts.Select(part => part.ToString()))})";
}

/// <summary>Each tag as its name, then its attributes' names and values in turn; and the text between.</summary>
public sealed record ParsedMarkup(string?[][] Tags, string Text);
