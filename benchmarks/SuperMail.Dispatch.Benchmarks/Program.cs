using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// Measures the parts and writes Results.md beside this file; --smoke runs each once and writes nothing.
if (args is not ([] or ["--smoke"]))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/SuperMail.Dispatch.Benchmarks [-- --smoke]");
    return 2;
}

var isSmoke = args is ["--smoke"];

// In this process: a build of its own, as the runner would make it, knows nothing of this repository's package versions.
// Fifteen iterations: on a busy machine the runner would go on to a hundred in search of an agreement that never comes.
var job = (isSmoke ? Job.Dry : Job.Default.WithIterationCount(15)).WithToolchain(InProcessEmitToolchain.Instance);
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddLogger(ConsoleLogger.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), $"supermail-benchmarks-{Environment.ProcessId}"))
    .WithOptions(ConfigOptions.DisableLogFile);
var load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : "unknown";
var summaries = Assembly.GetExecutingAssembly().GetExportedTypes()
    .Where(static type => type.Name.EndsWith("Benchmarks", StringComparison.Ordinal))
    .OrderBy(static type => type.Name, StringComparer.Ordinal)
    .Select(type => BenchmarkRunner.Run(type, config))
    .ToArray();
if (Directory.Exists(config.ArtifactsPath))
{
    Directory.Delete(config.ArtifactsPath, recursive: true);
}

if (summaries.Any(static summary => summary.HasCriticalValidationErrors || summary.Reports.Length == 0 || summary.Reports.Any(static report => !report.Success)))
{
    Console.Error.WriteLine("A benchmark failed.");
    return 1;
}

if (!isSmoke)
{
    var text = new AccumulationLogger();
    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
        # The parts, measured

        Renewed by `dotnet run -c Release --project benchmarks/SuperMail.Dispatch.Benchmarks`. Commit {Commit()};
        load of the machine at the start {load} on {Environment.ProcessorCount} processors: at 1 and more, others took
        part of the time, and only the bytes allocated can be relied on.
        """));
    foreach (var summary in summaries)
    {
        text.WriteLine($"\n## {summary.BenchmarksCases[0].Descriptor.Type.Name}\n");
        MarkdownExporter.GitHub.ExportToLog(summary, text);
    }

    await File.WriteAllTextAsync(Path.Combine(ProjectFolder(), "Results.md"), text.GetLog().ReplaceLineEndings("\n"));
}

return 0;

static string ProjectFolder()
{
    for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "SuperMail.Dispatch.Benchmarks.csproj")))
        {
            return folder.FullName;
        }
    }

    throw new InvalidOperationException($"No project file in or above {AppContext.BaseDirectory}.");
}

static string Commit()
{
    using var git = Process.Start(new ProcessStartInfo("git", ["-C", ProjectFolder(), "rev-parse", "--short", "HEAD"]) { RedirectStandardOutput = true })!;
    return git.StandardOutput.ReadToEnd().Trim();
}
