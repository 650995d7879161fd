using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Comparison;

/// <summary>One curve: its points from left to right.</summary>
internal sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Curves over a linear axis, upwards logarithmic, drawn as SVG; each curve is named at its right end.</summary>
internal sealed class LinePlot(string title, string across, string upwards, IReadOnlyList<Curve> curves)
{
    private const int Width = 790;
    private const int Height = 440;
    private const int Left = 70;
    private const int Right = 180;
    private const int Top = 50;
    private const int Bottom = 60;
    private const int LabelHeight = 15;

    // Distinct for colour-blind eyes too (Okabe and Ito), and each with a mark of its own.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
    private static readonly string[] Marks = ["M-4,-4h8v8h-8z", "M0,-5L5,4H-5z", "M-5,0L0,-5L5,0L0,5z", "M0,5L5,-4H-5z", "M-5,-2h10v4h-10z", "M-2,-5h4v10h-4z"];

    private readonly double _most = curves.SelectMany(static curve => curve.Points).Max(static point => point.X);
    private readonly int _lowest = (int)Math.Floor(Math.Log10(curves.SelectMany(static curve => curve.Points).Min(static point => point.Y)));
    private readonly int _highest = (int)Math.Ceiling(Math.Log10(curves.SelectMany(static curve => curve.Points).Max(static point => point.Y)));
    private readonly StringBuilder _svg = new();

    public string ToSvg()
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">");
        Add($"<title>{title}</title><rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        Add($"<text x=\"{Left}\" y=\"28\" font-size=\"15\">{title}</text>");
        AddGrid();
        AddCurves();
        return _svg.Append("</svg>\n").ToString();
    }

    private void AddGrid()
    {
        var bottom = Height - Bottom;
        for (var power = _lowest; power <= _highest; power++)
        {
            var y = Y(Math.Pow(10, power));
            Add($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:F1}\" y2=\"{y:F1}\" stroke=\"#ddd\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Math.Pow(10, power):N0}</text>");
        }

        foreach (var x in curves.SelectMany(static curve => curve.Points).Select(static point => point.X).Distinct())
        {
            Add($"<line x1=\"{X(x):F1}\" x2=\"{X(x):F1}\" y1=\"{bottom}\" y2=\"{bottom + 5}\" stroke=\"#555\"/>");
            Add($"<text x=\"{X(x):F1}\" y=\"{bottom + 19}\" text-anchor=\"middle\">{x:F0}</text>");
        }

        Add($"<path d=\"M{Left},{Top}V{bottom}H{Width - Right}\" fill=\"none\" stroke=\"#555\"/>");
        Add($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 16}\" text-anchor=\"middle\">{across}</text>");
        Add($"<text transform=\"translate(18 {(Top + bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{upwards}</text>");
    }

    private void AddCurves()
    {
        // From the top down, so that names that would lie on each other can give way downwards.
        var free = double.NegativeInfinity;
        foreach (var (curve, index) in curves.Select(static (curve, i) => (curve, i)).OrderByDescending(static pair => pair.curve.Points[^1].Y))
        {
            var colour = Colours[index % Colours.Length];
            var path = string.Join('L', curve.Points.Select(point => Text($"{X(point.X):F1},{Y(point.Y):F1}")));
            Add($"<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            foreach (var (x, y) in curve.Points)
            {
                Add($"<path d=\"{Marks[index % Marks.Length]}\" transform=\"translate({X(x):F1} {Y(y):F1})\" fill=\"{colour}\"><title>{curve.Name}: {y:F1}</title></path>");
            }

            free = Math.Max(free, Y(curve.Points[^1].Y) + 4);
            Add($"<text x=\"{Width - Right + 10}\" y=\"{free:F1}\" fill=\"{colour}\">{curve.Name}</text>");
            free += LabelHeight;
        }
    }

    private double X(double value) => Left + (value / _most * (Width - Left - Right));

    private double Y(double value) =>
        Height - Bottom - ((Math.Log10(value) - _lowest) / Math.Max(1, _highest - _lowest) * (Height - Top - Bottom));

    private void Add(FormattableString line) => _svg.Append(Text(line)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
