using System.Reflection;
using System.Reflection.Emit;

namespace Platform.Architecture;

/// <summary>
/// What a type refers to: in its declaration, in the signatures of its members and in their code, with whatever the compiler
/// made out of it (closures, state machines). Methods that are called are in it as members, other references as types.
/// </summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Everything the type refers to, each once.</summary>
    public static IReadOnlySet<MemberInfo> Of(Type type)
    {
        var found = new HashSet<MemberInfo>();
        Collect(type, found);
        return found;
    }

    private static void Collect(Type type, HashSet<MemberInfo> found)
    {
        Add(type.BaseType, found);
        foreach (var implemented in type.GetInterfaces())
            Add(implemented, found);
        AddAttributes(type, found);
        foreach (var field in type.GetFields(Declared))
            Add(field.FieldType, found);
        foreach (var property in type.GetProperties(Declared))
            AddAttributes(property, found);
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
            Collect(method, found);
        foreach (var nested in type.GetNestedTypes(Declared))
            Collect(nested, found);
    }

    private static void Collect(MethodBase method, HashSet<MemberInfo> found)
    {
        AddAttributes(method, found);
        Add((method as MethodInfo)?.ReturnType, found);
        foreach (var parameter in method.GetParameters())
            Add(parameter.ParameterType, found);
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (var local in body.LocalVariables)
            Add(local.LocalType, found);
        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
            Add(clause.CatchType, found);
        foreach (var member in Tokens(body.GetILAsByteArray()!).Select(token => Resolve(method, token)))
        {
            Add(member as Type ?? member.DeclaringType, found);
            if (member is not MethodBase called)
                continue;
            found.Add(called);
            if (called.IsGenericMethod)
            {
                foreach (var argument in called.GetGenericArguments())
                    Add(argument, found);
            }
        }
    }

    private static void AddAttributes(MemberInfo member, HashSet<MemberInfo> found)
    {
        foreach (var attribute in member.GetCustomAttributesData())
            Add(attribute.AttributeType, found);
    }

    private static void Add(Type? type, HashSet<MemberInfo> found)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(type.GetElementType(), found);
            return;
        }
        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
                Add(argument, found);
            type = type.GetGenericTypeDefinition();
        }
        found.Add(type);
    }

    private static MemberInfo Resolve(MethodBase method, int token) =>
        method.Module.ResolveMember(
            token,
            method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
            method.IsGenericMethod ? method.GetGenericArguments() : null)!;

    // ECMA-335, III.1.9: an instruction is one byte, or FE and one more, then its operand; metadata tokens are four bytes.
    private static IEnumerable<int> Tokens(byte[] code)
    {
        var at = 0;
        while (at < code.Length)
        {
            var first = code[at++];
            var opCode = OpCodesByValue[first == 0xFE ? unchecked((short)(0xFE00 | code[at++])) : first];
            switch (opCode.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BitConverter.ToInt32(code, at);
                    at += sizeof(int);
                    break;
                case OperandType.InlineSwitch:
                    at += sizeof(int) + (BitConverter.ToInt32(code, at) * sizeof(int));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += sizeof(byte);
                    break;
                case OperandType.InlineVar:
                    at += sizeof(short);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += sizeof(long);
                    break;
                default:
                    at += sizeof(int);
                    break;
            }
        }
    }
}
