using FsCheck;
using FsCheck.Fluent;
using SuperMail.Dispatch.Partitioning;
using Xunit;

namespace SuperMail.Dispatch.Tests.Partitioning;

public class QuotaSharesTests
{
    [Theory]
    [InlineData(100, 5, new[] { 20, 20, 20, 20, 20 })]
    [InlineData(101, 5, new[] { 21, 20, 20, 20, 20 })]
    [InlineData(3, 5, new[] { 1, 1, 1 })]
    [InlineData(1, 1, new[] { 1 })]
    public void The_documented_examples_hold(int maximum, int threads, int[] shares) =>
        Assert.Equal(shares, QuotaShares.Split(maximum, threads));

    [Fact]
    public void Shares_sum_to_the_maximum_and_differ_by_at_most_one_and_are_never_zero() =>
        Prop.ForAll(
            Gen.Choose(1, 100_000).Zip(Gen.Choose(1, 200)).ToArbitrary(),
            pair =>
            {
                var (maximum, threads) = pair;
                var shares = QuotaShares.Split(maximum, threads);
                return shares.Sum() == maximum && shares.Length <= threads && shares.Min() >= 1 && shares.Max() - shares.Min() <= 1;
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    public void A_maximum_or_thread_count_below_one_is_a_misuse(int maximum, int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QuotaShares.Split(maximum, threads));
}
