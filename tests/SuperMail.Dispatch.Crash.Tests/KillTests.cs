using Xunit;

namespace SuperMail.Dispatch.Crash.Tests;

/// <summary>
/// Kill -9, for real; docs/crash-tests.md has the long runs. The program judges by itself and its exit code is its verdict;
/// moments are random and the seed is in what it says.
/// </summary>
public class KillTests
{
    /// <summary>Moments are random: a run whose kills all come while nothing is on a wire shows nothing, right or wrong.</summary>
    private const int MostRuns = 6;

    /// <summary>Where the system has no boot id there is no recorder, and begun windows bound the doubt.</summary>
    private static readonly string s_recorder = File.Exists("/proc/sys/kernel/random/boot_id") ? "on" : "off";

    [Fact]
    public async Task Twenty_kills_lose_nothing_repeat_nothing_and_leave_at_most_one_message_of_a_connection_in_doubt()
    {
        var run = await CrashProgram.RunAsync("--kills", "20", "--recipients", "4000", "--recorder", s_recorder);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches("^kills=20 lost=0 duplicated=0 left=0 in-doubt=[0-9]+$", run.LastLine);
    }

    [Fact]
    public async Task Where_doubt_is_sent_again_whatever_comes_twice_was_reported_in_doubt()
    {
        var run = await CrashProgram.RunAsync("--kills", "5", "--recipients", "1500", "--policy", "Resend", "--transfer", "Data", "--recorder", s_recorder);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches("^kills=5 lost=0 duplicated=0 left=0 in-doubt=[0-9]+$", run.LastLine);
    }

    [Fact]
    public async Task Without_recorder_and_pipelining_begun_windows_bound_what_is_in_doubt()
    {
        // Each kill may leave 320 in doubt, whom nobody sends to any more: enough must be left for the last one.
        var run = await CrashProgram.RunAsync(
            "--kills", "5", "--recipients", "6000", "--pipelining", "Off", "--durability", "ProcessCrash", "--recorder", "off");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches("^kills=5 lost=0 duplicated=0 left=0 in-doubt=[0-9]+$", run.LastLine);
    }

    [Fact]
    public async Task In_Deep_a_flight_bounds_what_is_in_doubt()
    {
        var run = await CrashProgram.RunAsync("--kills", "5", "--recipients", "3000", "--pipelining", "Deep", "--depth", "4", "--recorder", s_recorder);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches("^kills=5 lost=0 duplicated=0 left=0 in-doubt=[0-9]+$", run.LastLine);
    }

    [Fact]
    public async Task A_kill_at_each_named_place_loses_nothing_and_repeats_nothing()
    {
        var run = await CrashProgram.RunAsync("--fault-points", "--rounds", "1", "--recipients", "3000", "--recorder", s_recorder);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches("^fault-points=51 kills=50 clean$", run.LastLine);
    }

    [Theory]
    [InlineData("ForgetfulSink", "lost=[1-9]")]
    [InlineData("LostOutcomes", "duplicated=[1-9]")]
    [InlineData("WideDoubt", "lost=0 duplicated=0 left=0")]
    public async Task The_judge_sees_what_is_wrong(string sabotage, string verdict)
    {
        CrashProgram run;
        var runs = 0;
        do
        {
            run = await CrashProgram.RunAsync("--kills", "3", "--recipients", "1500", "--sabotage", sabotage);
        }
        while (run.ExitCode == 0 && ++runs < MostRuns);

        Assert.True(run.ExitCode == 1, run.Output);
        Assert.Matches(verdict, run.LastLine);
    }
}
