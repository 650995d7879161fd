using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace SuperMail.Dispatch.CrashTests.Judge;

/// <summary>This program in another role. Its standard input stays open as long as it may live.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>The exit code of a process that was ended by kill -9: 128 + SIGKILL.</summary>
    public const int Killed = 137;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _complaints = new();
    private readonly Task _reading;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ComplainAsync(process.StandardError));
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Complaints => _complaints.ToString();

    public static ChildProcess Start(string verb, CrashOptions options)
    {
        // Under "dotnet x.dll" the process's own file is dotnet.
        string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
            ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
            : [Environment.ProcessPath!];
        var start = new ProcessStartInfo(own[0], [.. own[1..], verb, .. options.ToArguments()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>The next line of its standard output; null at the end.</summary>
    public async Task<string?> ReadLineAsync() =>
        await _lines.Reader.WaitToReadAsync() && _lines.Reader.TryRead(out var line) ? line : null;

    /// <summary>The lines that are there by now.</summary>
    public IEnumerable<string> TakeLines()
    {
        while (_lines.Reader.TryRead(out var line))
        {
            yield return line;
        }
    }

    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public bool IsOver => _process.HasExited;

    public void Kill() => _process.Kill();

    /// <summary>Waits for its end and for all that it said.</summary>
    public async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await EndAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }

    private async Task ComplainAsync(StreamReader errors)
    {
        while (await errors.ReadLineAsync() is { } line)
        {
            _complaints.AppendLine(line);
        }
    }
}
