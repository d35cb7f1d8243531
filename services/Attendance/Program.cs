using Platform.Attendance;
using Platform.Shared.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("attendance");
builder.AddAttendance();
var app = builder.Build();
app.MapPlatformDefaults();
app.MapAttendance();
return await app.RunPlatformAsync(args);
