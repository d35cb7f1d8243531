using Platform.Local;
using Platform.Local.Calling;
using Platform.Local.Demo;

return args switch
{
    [] => await LocalPlatform.ServeAsync(),
    ["demo", .. var rest] => await DemoCommand.RunAsync(rest),
    ["call", .. var rest] => await CallCommand.RunAsync(rest),
    ["import", .. var rest] => await ImportCommand.RunAsync(rest),
    ["watch", .. var rest] => await WatchCommand.RunAsync(rest),
    _ => Usage.Print(),
};
