using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>A judge that we did not write: python3's email package, one process for all messages of a test class.</summary>
public sealed class PythonParser : IDisposable
{
    private readonly Process? _python;

    public PythonParser()
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "Composing", "judge.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            _python = Process.Start(start);
        }
        catch (Win32Exception)
        {
        }
    }

    public ParsedMessage Parse(byte[] message)
    {
        if (_python is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "python3 must be there in CI: its e-mail parser is the judge.");
            Assert.Skip("python3 is not installed; its e-mail parser is the judge.");
        }

        _python.StandardInput.WriteLine(Convert.ToBase64String(message));
        _python.StandardInput.Flush();
        var answer = _python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The judge ended.");
        return JsonSerializer.Deserialize<ParsedMessage>(answer, JsonSerializerOptions.Web)!;
    }

    public void Dispose()
    {
        _python?.StandardInput.Close();
        _python?.WaitForExit(5000);
        _python?.Dispose();
    }
}

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
