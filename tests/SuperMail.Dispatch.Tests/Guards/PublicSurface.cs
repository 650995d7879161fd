using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>What an assembly shows to others, a line a member, in an order that only changes when the surface does.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().OrderBy(static t => t.Namespace, StringComparer.Ordinal).ThenBy(static t => TypeNames.Of(t), StringComparer.Ordinal))
        {
            yield return $"{type.Namespace}: {Header(type)}";
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                yield return $"    {line}";
            }
        }
    }

    private static string Header(Type type)
    {
        var name = TypeNames.Of(type);
        if (type.IsEnum)
        {
            var flags = type.IsDefined(typeof(FlagsAttribute)) ? "[Flags] " : "";
            return $"{flags}enum {name}{(Enum.GetUnderlyingType(type) == typeof(int) ? "" : $" : {TypeNames.Of(Enum.GetUnderlyingType(type))}")}";
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"delegate {TypeNames.Of(invoke.ReturnParameter)} {name}({Parameters(invoke)})";
        }

        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{(IsRecord(type) ? "record " : "")}struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(IsRecord(type) ? "record" : "class")}",
        };
        var bases = new List<string>();
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object))
        {
            bases.Add(TypeNames.Of(parent));
        }

        var inherited = type.GetInterfaces().SelectMany(static i => i.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []).ToHashSet();
        bases.AddRange(type.GetInterfaces().Where(i => i.IsPublic && !inherited.Contains(i)).Select(i => TypeNames.Of(i)).Order(StringComparer.Ordinal));
        return $"{kind} {name}{(bases.Count > 0 ? $" : {string.Join(", ", bases)}" : "")}";
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null || type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true;

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(static f => string.Create(CultureInfo.InvariantCulture, $"{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}"));
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        return
        [
            .. type.GetConstructors(Declared).Where(IsShown).Where(static c => !c.IsStatic).Select(c => $"{Access(c)}{Simple(type)}({Parameters(c)})"),
            .. type.GetFields(Declared).Where(static f => f.IsPublic || f.IsFamily).Select(Field),
            .. type.GetProperties(Declared).Where(static p => p.GetAccessors(nonPublic: true).Any(IsShown)).Where(static p => p.Name != "EqualityContract").Select(Property),
            .. type.GetEvents(Declared).Where(static e => IsShown(e.AddMethod!)).Select(static e => $"event {TypeNames.Of(e)} {e.Name}"),
            .. type.GetMethods(Declared).Where(IsShown).Where(static m => !IsAccessor(m)).Select(Method),
        ];
    }

    private static bool IsShown(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && (!method.IsDefined(typeof(CompilerGeneratedAttribute)) || IsAccessor(method));

    private static bool IsAccessor(MethodBase method) =>
        method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal)
            || method.Name.StartsWith("add_", StringComparison.Ordinal) || method.Name.StartsWith("remove_", StringComparison.Ordinal));

    private static string Simple(Type type) => type.Name.Contains('`') ? type.Name[..type.Name.IndexOf('`')] : type.Name;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Kind(MethodBase method) =>
        Access(method) + (method.IsStatic ? "static " : method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
            : method is MethodInfo { IsVirtual: true } m && m.GetBaseDefinition() != m ? "override " : method.IsAbstract ? "abstract " : "virtual ");

    private static string Field(FieldInfo field) =>
        $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeNames.Of(field)} {field.Name}"
        + (field.IsLiteral ? $" = {Literal(field.GetRawConstantValue(), field.FieldType)}" : "");

    private static string Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } g && IsShown(g) ? "get; " : "";
        var set = property.SetMethod is { } s && IsShown(s)
            ? s.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; " : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        return $"{Kind(property.GetAccessors(nonPublic: true).First(IsShown))}{required}{TypeNames.Of(property)} {name} {{ {get}{set}}}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(static a => a.Name))}>" : "";
        return $"{Kind(method)}{TypeNames.Of(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var how = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true } => parameter.IsIn ? "in " : "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) => "params ",
            _ => "",
        };
        return $"{how}{TypeNames.Of(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue, parameter.ParameterType)}" : "")}";
    }

    private static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ when type.IsEnum => $"{type.Name}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
