using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

public class CodeTextTests
{
    [Theory]
    [InlineData("a // Window\nb", "a \nb")]
    [InlineData("/// <see cref=\"Window\"/>\nb", "\nb")]
    [InlineData("a /* Window\n Window */ b", "a  b")]
    [InlineData("x = \"Window \\\" Window\"; y", "x = \"\"; y")]
    [InlineData("x = @\"a \"\" Window\\\"; y", "x = \"\"; y")]
    [InlineData("x = \"\"\"Window \" Window\"\"\"; y", "x = \"\"; y")]
    [InlineData("x = $\"Window {code} {{Window}} {more:N2}\"; y", "x = \"\" code  more:N2 ; y")]
    [InlineData("x = $\"{(a ? $\"Window {b}\" : \"Window\")}\"; y", "x = \"\" (a ? \"\" b  : \"\") ; y")]
    [InlineData("x = $$\"\"\"{Window} {{code}} \"\"\"; y", "x = \"\" code ; y")]
    [InlineData("x = '\"'; y = '\\''; z", "x = ; y = ; z")]
    public void Only_code_is_left(string text, string code) => Assert.Equal(code, CodeText.Of(text));
}
