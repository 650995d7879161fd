using System.Text.Json;

namespace SuperMail.Dispatch.Comparison;

/// <summary>The library or a peer, in a process of its own, so that its processor time is its own.</summary>
internal abstract class Sender
{
    /// <summary>As it stands in the lines <c>ratio case peer value</c>: without blanks.</summary>
    public abstract string Name { get; }

    /// <summary>What it needs and is not here, with the command that installs it; null when it can run.</summary>
    public virtual Task<string?> FindMissingAsync() => Task.FromResult<string?>(null);

    /// <summary>Sends a job's mailings one after the other.</summary>
    public abstract Task<Measurement> SendAsync(Job job);
}

/// <summary>A sender that is a program, takes the job on its standard input and prints its figures.</summary>
internal abstract class ProgramSender : Sender
{
    public sealed override async Task<Measurement> SendAsync(Job job)
    {
        IReadOnlyList<string> command = await CommandAsync();
        var (output, _, cpu) = await ChildProcess.RunAsync(command[0], command.Skip(1), job.ToJson(), job.HeapLimit is { } limit ? [("DOTNET_GCHeapHardLimit", limit)] : null);
        MailingFigures[] mailings =
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => JsonSerializer.Deserialize<MailingFigures>(line, JsonSerializerOptions.Web)!),
        ];
        return mailings.Length == job.Mailings
            ? new Measurement(job.Messages, mailings[0], mailings[^1], cpu, job.Mailings)
            : throw new InvalidOperationException($"{Name} told of {mailings.Length} mailings, not of {job.Mailings}: {output}");
    }

    /// <summary>The program and its arguments.</summary>
    protected abstract ValueTask<IReadOnlyList<string>> CommandAsync();
}
