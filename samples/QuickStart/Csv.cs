using System.Text;

/// <summary>Comma-separated values as RFC 4180 has them: the first line names the columns; one record at a time is held.</summary>
internal static class Csv
{
    /// <summary>The records, each by column name without regard to letter case.</summary>
    /// <exception cref="BadInputException">The text is no such table; names the line.</exception>
    public static IEnumerable<Dictionary<string, string?>> Read(TextReader text)
    {
        var line = 1;
        if (ReadRecord(text, ref line) is not { } columns)
        {
            throw new BadInputException("the CSV file is empty: its first line must name the columns");
        }

        columns = columns.ConvertAll(static name => name.Trim());
        if (columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() < columns.Count)
        {
            throw new BadInputException("the CSV file names a column twice in its first line");
        }

        while (true)
        {
            var start = line;
            if (ReadRecord(text, ref line) is not { } values)
            {
                yield break;
            }

            if (values is [""] && columns.Count > 1)
            {
                continue; // an empty line
            }

            if (values.Count != columns.Count)
            {
                throw new BadInputException($"line {start} of the CSV file has {values.Count} fields, its first line names {columns.Count}");
            }

            var record = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < columns.Count; i++)
            {
                record[columns[i]] = values[i];
            }

            yield return record;
        }
    }

    // RFC 4180 §2: a quoted field may hold commas and line breaks, and a quote written twice.
    private static List<string>? ReadRecord(TextReader text, ref int line)
    {
        if (text.Peek() < 0)
        {
            return null;
        }

        var start = line;
        var fields = new List<string>();
        var field = new StringBuilder();
        var (quoted, closed) = (false, false);
        while (true)
        {
            var c = text.Read();
            if (c == '\n')
            {
                line++;
            }

            if (quoted)
            {
                if (c < 0)
                {
                    throw new BadInputException($"a quote that the CSV file opens in line {start} is never closed");
                }

                if (c != '"')
                {
                    field.Append((char)c);
                }
                else if (text.Peek() == '"')
                {
                    field.Append((char)text.Read());
                }
                else
                {
                    (quoted, closed) = (false, true);
                }

                continue;
            }

            switch (c)
            {
                case ',' or '\n' or -1:
                    fields.Add(field.ToString());
                    field.Clear();
                    closed = false;
                    if (c != ',')
                    {
                        return fields;
                    }

                    break;
                case '\r' when text.Peek() is '\n' or -1:
                    break; // half of a line end
                case '"' when field.Length == 0 && !closed:
                    quoted = true;
                    break;
                case '"':
                    throw new BadInputException($"line {line} of the CSV file has a quote in the middle of a field");
                default:
                    if (closed)
                    {
                        throw new BadInputException($"line {line} of the CSV file goes on behind a closed quote");
                    }

                    field.Append((char)c);
                    break;
            }
        }
    }
}
