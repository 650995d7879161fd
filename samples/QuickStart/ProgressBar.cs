using Spectre.Console;
using SuperMail.Dispatch;

/// <summary>Draws what the dispatcher reports. It is told at most ten times a second, on the threads that send.</summary>
internal sealed class ProgressBar(ProgressTask bar) : IProgress<MailingProgress>
{
    public void Report(MailingProgress value)
    {
        bar.Value = value.Counts.Final;
        bar.Description = $"{value.Counts.Sent} sent, {value.Counts.Failed} failed, {value.Rate:0}/s";
    }

    /// <summary>Runs the work below a bar; where output is redirected, a plain line now and then takes its place.</summary>
    public static Task<T> ShowAsync<T>(long total, Func<IProgress<MailingProgress>, Task<T>> work)
    {
        if (Console.IsOutputRedirected)
        {
            (AnsiConsole.Profile.Capabilities.Ansi, AnsiConsole.Profile.Capabilities.ColorSystem) = (false, ColorSystem.NoColors);
        }

        return AnsiConsole
            .Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => work(new ProgressBar(context.AddTask("connecting", maxValue: Math.Max(total, 1)))));
    }
}
