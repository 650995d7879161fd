using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

public class RoomTests
{
    private static readonly Rooms Library = new(Repository.Sources("src", "SuperMail.Dispatch"));

    /// <summary>References that go against the order all the same, each with its reason. A new one needs a better reason than these.</summary>
    private static readonly Dictionary<string, string> KnownBackEdges = new()
    {
        ["Delivery/DeliveryEngine.cs -> IMailingDispatcher (root)"] =
            "ObjectDisposedException names what the caller disposed; the caller knows no engine",
        ["Hosting/DispatchHost.cs -> MailingDispatcher (root)"] =
            "it puts the dispatcher together; the dispatcher stands at the door because that is where one looks for it",
    };

    [Fact]
    public void Every_folder_is_a_room_of_the_design() =>
        Assert.Empty(Library.Present.Except(Rooms.Order));

    [Fact]
    public void A_room_refers_only_to_rooms_above_it()
    {
        Assert.True(Library.TypeCount > 150, $"only {Library.TypeCount} types were found: the scanner reads nothing");
        var unknown = Library.BackEdges().Where(static e => !KnownBackEdges.ContainsKey(e)).ToArray();
        Assert.True(unknown.Length == 0, $"References against the order of rooms ({string.Join(", ", Rooms.Order)}):\n  {string.Join("\n  ", unknown)}");
    }

    [Fact]
    public void Every_known_back_edge_is_still_there() =>
        Assert.Empty(KnownBackEdges.Keys.Except(Library.BackEdges()));

    [Theory]
    [InlineData("namespace X;\ninternal sealed class A(Lane lane);", true)]
    [InlineData("namespace X;\ninternal sealed class A { Lane _lane; }", true)]
    [InlineData("namespace X;\ninternal sealed class A { object o = new Lane(); }", true)]
    [InlineData("namespace X;\ninternal sealed class A { object o = Delivery.Lane.One; }", true)]
    [InlineData("namespace X;\ninternal sealed class A { List<Lane> all; string Lane => null; object o = new Lane(); }", true)]
    [InlineData("namespace X;\n/// <see cref=\"Lane\"/>\ninternal sealed class A { string s = \"Lane\"; }", false)]
    [InlineData("namespace X;\nusing SuperMail.Dispatch.Delivery;\ninternal sealed class A { string Lane { get; } }", false)]
    [InlineData("namespace X;\ninternal sealed class A { object o = x.Lane; object p = new B { Lane = 1 }; }", false)]
    public void A_reference_is_told_from_a_mention(string text, bool refers)
    {
        var rooms = new Rooms([("Smtp/A.cs", text), ("Delivery/Lane.cs", "namespace X;\ninternal sealed class Lane;")]);
        Assert.Equal(refers ? ["Smtp/A.cs -> Lane (Delivery)"] : [], rooms.BackEdges());
    }

    [Fact]
    public void Telemetry_refers_to_no_room_and_any_room_may_call_it()
    {
        var rooms = new Rooms(
        [
            ("Telemetry/Log.cs", "namespace X;\ninternal static class Log { Rule _rule; }"),
            ("Addresses/Rule.cs", "namespace X;\ninternal sealed class Rule { Log _log; }"),
        ]);
        Assert.Equal(["Telemetry/Log.cs -> Rule (Addresses)"], rooms.BackEdges());
    }
}
