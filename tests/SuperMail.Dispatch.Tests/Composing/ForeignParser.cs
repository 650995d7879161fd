using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>
/// A judge that we did not write: somebody else's e-mail parser in a process of its own, one for all messages of a
/// test class. A message goes in as a line of base64, what was read comes out as a line of JSON.
/// </summary>
public abstract class ForeignParser : IDisposable
{
    private readonly Process? _process;
    private readonly string _why;

    /// <summary>Starts the parser; where it is not to be had, the first message skips its test with the reason.</summary>
    private protected ForeignParser(string program, string script, string why)
    {
        _why = why;
        var start = new ProcessStartInfo(program, [Path.Combine(AppContext.BaseDirectory, "Composing", "Judges", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            _process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            return;
        }

        // It says first whether it has what it needs.
        _process!.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        if (_process.StandardOutput.ReadLine() != "ready")
        {
            End();
            _process = null;
        }
    }

    /// <summary>What the parser makes of a message.</summary>
    public ParsedMessage Parse(byte[] message)
    {
        Require();
        _process!.StandardInput.WriteLine(Convert.ToBase64String(message));
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{GetType().Name} ended.");
        return JsonSerializer.Deserialize<ParsedMessage>(answer, JsonSerializerOptions.Web)!;
    }

    /// <summary>Skips the running test where the parser is missing; under CI nothing may be missing.</summary>
    public void Require()
    {
        if (_process is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{_why} It must be there in CI.");
            Assert.Skip(_why);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        End();
    }

    private void End()
    {
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

/// <summary>Python's own <c>email</c> package.</summary>
public sealed class PythonParser() : ForeignParser("python3", "judge.py", "python3 is not installed; its e-mail parser is a judge.");

/// <summary>Perl's <c>Email::MIME</c>, with <c>Email::Address::XS</c> for addresses.</summary>
public sealed class PerlParser() : ForeignParser(
    "perl", "judge.pl", "perl's Email::MIME is not installed (Debian package libemail-mime-perl); it is a judge.");

/// <summary>npm's <c>mailparser</c>, from the folder that the environment names.</summary>
public sealed class NodeParser() : ForeignParser(
    "node", "judge.js", "npm's mailparser is not installed where NODE_PATH looks (./test installs it); it is a judge.");
