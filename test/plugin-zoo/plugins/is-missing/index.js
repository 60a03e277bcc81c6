export const another = 1;
