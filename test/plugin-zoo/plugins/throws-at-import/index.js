throw new Error("The import fails.");
