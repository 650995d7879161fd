using System.Reflection;

namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>Types as C# writes them: keywords, type arguments, <c>?</c> where null is allowed.</summary>
internal static class TypeNames
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte",
        [typeof(char)] = "char", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, Nullability.Create(parameter));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, Nullability.Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, Nullability.Create(field));

    public static string Of(EventInfo member) => Of(member.EventHandlerType!, Nullability.Create(member));

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Of(value)}?";
        }

        var mark = nullability is not null && !type.IsValueType
            && (nullability.ReadState is NullabilityState.Nullable || nullability.WriteState is NullabilityState.Nullable) ? "?" : "";
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        var name = type.Name.Contains('`') ? type.Name[..type.Name.IndexOf('`')] : type.Name;
        var arguments = type.GetGenericArguments();
        if (arguments.Length > 0)
        {
            var known = nullability?.GenericTypeArguments;
            name += $"<{string.Join(", ", arguments.Select((a, i) => Of(a, known?.Length == arguments.Length ? known[i] : null)))}>";
        }

        return (type is { IsNested: true, IsGenericParameter: false } ? $"{Of(type.DeclaringType!)}." : "") + name + mark;
    }
}
