namespace SuperMail.Dispatch.Reports;

/// <summary>What a recipient's outcome and the events after it amount to, in the field's words.</summary>
internal static class RecipientStates
{
    /// <param name="code">The latest outcome.</param>
    /// <param name="events">What came later, in order of time.</param>
    public static RecipientState Of(OutcomeCode code, IReadOnlyList<RecipientEvent> events)
    {
        var state = code.ToState();
        if (code.Kind is not (OutcomeKind.Sent or OutcomeKind.InDoubt))
        {
            return state; // a receipt of an attempt before says nothing about who failed or is to be tried again
        }

        foreach (var happened in events)
        {
            state = happened.Kind switch
            {
                RecipientEventKind.Delivered => RecipientState.Delivered,
                RecipientEventKind.Bounced => RecipientState.Bounced,
                RecipientEventKind.Opened => RecipientState.Opened,
                RecipientEventKind.Complained => RecipientState.Complained,
                // Not final: whatever else was said outranks it, also when it was said before.
                RecipientEventKind.SoftBounced when state is RecipientState.Sent or RecipientState.InDoubt => RecipientState.SoftBounced,
                _ => state,
            };
        }

        return state;
    }
}
