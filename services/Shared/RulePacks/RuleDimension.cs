namespace Platform.Shared.RulePacks;

/// <summary>Something by which rules vary.</summary>
/// <param name="Name">Its name in a pack's scope, camel case.</param>
/// <param name="Knows">Whether a text can be a value of it.</param>
/// <param name="Expected">What a value is, for whoever wrote one that is none: <c>is two capital letters</c>.</param>
public sealed record RuleDimension(string Name, Func<string, bool> Knows, string Expected);
