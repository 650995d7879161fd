namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// One comparison. A class that implements this is found by itself: a new case is a file in this folder.
/// </summary>
internal interface IComparisonCase
{
    /// <summary>What it is called by on the command line.</summary>
    string Name { get; }

    /// <summary>One line for the usage text.</summary>
    string Purpose { get; }

    /// <summary>False for a case that runs only when it is named.</summary>
    bool RunsByDefault => true;

    /// <summary>Runs it. What is missing and what did not arrive is told to the bench.</summary>
    /// <exception cref="NotRunException">Nothing of it can run here.</exception>
    Task RunAsync(Bench bench);
}
